import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { toggleRoute } from "../toggles/toggle-route.ts";

const historySearch = z.object({
  /** The version that is shown; the newest where it is left out. */
  version: z.int().positive().optional().catch(undefined),
  /** The one that it is held against; the one before where it is left out. */
  against: z.int().positive().optional().catch(undefined),
});

const historyRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "history",
  validateSearch: historySearch,
  component: lazyRouteComponent(() => import("./History.tsx"), "History"),
});

export const historyRoutes = [historyRoute] as const;
