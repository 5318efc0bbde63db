import { createRoute, redirect } from "@tanstack/react-router";
import { signedInRoute } from "./parents.ts";
import { tenantSlug } from "./tenant-slug.ts";

/** The address itself leads to the tenant that the session works in. */
const startRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  beforeLoad: ({ context: { session, tenants } }) => {
    const tenant = tenants.find(({ tenantId }) => tenantId === session.tenantId);
    if (!tenant) throw redirect({ to: "/account" });
    throw redirect({ to: "/t/$tenant", params: { tenant: tenantSlug(tenant, tenants) } });
  },
});

export const startRoutes = [startRoute] as const;
