import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { projectRoute } from "../shell/parents.ts";
import { STAGES } from "./stages.ts";

const lifecycleRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "lifecycle",
  validateSearch: z.object({
    stage: z.enum(STAGES).optional().catch(undefined),
    stale: z.boolean().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./LifecycleScreen.tsx"), "LifecycleScreen"),
});

export const lifecycleRoutes = [lifecycleRoute] as const;
