import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { toggleRoute } from "../toggles/toggle-route.ts";

const targetingRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "targeting",
  component: lazyRouteComponent(() => import("./Targeting.tsx"), "Targeting"),
});

export const targetingRoutes = [targetingRoute] as const;
