import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { tenantRoute } from "../shell/parents.ts";

const rolesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings/roles",
  validateSearch: z.object({ base: z.string().max(64).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./RolesScreen.tsx"), "RolesScreen"),
});

const accessRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings/access",
  validateSearch: z.object({
    user: z.string().max(64).optional().catch(undefined),
    permission: z.string().max(64).optional().catch(undefined),
    project: z.string().max(64).optional().catch(undefined),
    environment: z.string().max(64).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./AccessScreen.tsx"), "AccessScreen"),
});

export const rolesRoutes = [rolesRoute, accessRoute] as const;
