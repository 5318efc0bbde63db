import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { projectRoute } from "../shell/parents.ts";

const search = z.object({
  /** Their keys with commas, the source first. */
  environments: z.string().max(400).optional().catch(undefined),
  /** Also those that are set the same. */
  all: z.boolean().optional().catch(undefined),
});

const compareRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "compare",
  validateSearch: search,
  component: lazyRouteComponent(() => import("./Compare.tsx"), "Compare"),
});

export const compareRoutes = [compareRoute] as const;
