import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { tenantRoute } from "../shell/parents.ts";

const membersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings/members",
  validateSearch: z.object({ find: z.string().max(200).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./MembersScreen.tsx"), "MembersScreen"),
});

export const membersRoutes = [membersRoute] as const;
