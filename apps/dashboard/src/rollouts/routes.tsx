import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { toggleRoute } from "../toggles/toggle-route.ts";

const rolloutTabRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "rollout",
  /** The id of a plan, or `new`; left out, that which is under way. */
  validateSearch: z.object({ plan: z.string().max(64).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./RolloutScreen.tsx"), "RolloutScreen"),
});

/** Under the toggle's own route. */
export const rolloutRoutes = [rolloutTabRoute] as const;
