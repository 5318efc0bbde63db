import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { projectRoute, signedInRoute } from "../shell/parents.ts";
import { tenantSlug } from "../shell/tenant-slug.ts";

/** Where whoever just signed up goes first: to their first project. */
const welcomeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "welcome",
  beforeLoad: async ({ context: { queryClient, trpc, session, tenants } }) => {
    const tenant = tenants.find(({ tenantId }) => tenantId === session.tenantId);
    const [project] = await queryClient.ensureQueryData(trpc.projects.list.queryOptions());
    if (!tenant || !project) throw redirect({ to: "/" });
    throw redirect({
      to: "/t/$tenant/p/$project/connect",
      params: { tenant: tenantSlug(tenant, tenants), project: project.key },
      search: { env: "development" },
    });
  },
});

const connectRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "connect",
  component: lazyRouteComponent(() => import("./Connect.tsx"), "Connect"),
});

export const welcomeRoutes = [welcomeRoute] as const;
export const onboardingRoutes = [connectRoute] as const;
