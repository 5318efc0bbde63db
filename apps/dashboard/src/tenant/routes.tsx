import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { tenantRoute } from "../shell/parents.ts";

const homeRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./TenantHome.tsx"), "TenantHome"),
});

export const tenantRoutes = [homeRoute] as const;
