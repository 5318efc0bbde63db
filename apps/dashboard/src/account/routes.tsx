import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { accountRoute } from "../shell/parents.ts";

const profileRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./Profile.tsx"), "Profile"),
});

const securityRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "security",
  component: lazyRouteComponent(() => import("./Security.tsx"), "Security"),
});

const keysRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("./PersonalKeys.tsx"), "PersonalKeys"),
});

const appearanceRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "appearance",
  component: lazyRouteComponent(() => import("./Appearance.tsx"), "Appearance"),
});

export const accountRoutes = [profileRoute, securityRoute, keysRoute, appearanceRoute] as const;
