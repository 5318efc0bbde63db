import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { tenantRoute } from "../shell/parents.ts";
import { auditSearch } from "./audit-search.ts";

const auditRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./AuditScreen.tsx"), "AuditScreen"),
});

export const auditRoutes = [auditRoute] as const;
