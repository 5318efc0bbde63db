/**
 * The routes that features hang theirs under:
 *
 * - `signedOutRoute`: pages for who is not signed in yet;
 * - `tenantRoute`, `/t/$tenant`: knows the session, and works in that tenant;
 * - `projectRoute`, `/t/$tenant/p/$project`: knows the project and its environments; `?env=` names one of them;
 * - `accountRoute`, `/account`: what is a person's own.
 */

import type { AppRouter } from "@burgee/api/router";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { z } from "zod";
import type { Client } from "../api/trpc.ts";
import { NotFound } from "./NotFound.tsx";
import { ScreenError } from "./ScreenError.tsx";
import { findTenant } from "./tenant-slug.ts";

export interface RouterContext {
  readonly queryClient: QueryClient;
  readonly trpc: TRPCOptionsProxy<AppRouter>;
  readonly client: Client;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  notFoundComponent: NotFound,
  errorComponent: ScreenError,
});

export const signedOutRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-out",
  component: lazyRouteComponent(() => import("../sign-in/SignedOutFrame.tsx"), "SignedOutFrame"),
});

/** Whoever has no session goes to sign in, and comes back afterwards. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context: { queryClient, trpc }, location }) => {
    const session = await queryClient.ensureQueryData(trpc.auth.session.queryOptions());
    if (!session) throw redirect({ to: "/sign-in", search: { next: location.href } });
    const tenants = await queryClient.ensureQueryData(trpc.auth.tenants.queryOptions());
    return { session, tenants };
  },
});

export const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "account",
  component: lazyRouteComponent(() => import("./Frame.tsx"), "Frame"),
});

export const tenantRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "t/$tenant",
  beforeLoad: async ({ context: { queryClient, trpc, client, session, tenants }, params }) => {
    const tenant = findTenant(tenants, params.tenant, session.tenantId);
    if (!tenant) throw notFound();
    if (tenant.tenantId === session.tenantId) return { tenant };

    // A session is of one tenant at a time, and what was read belongs to the one before.
    await client.auth.switchTenant.mutate({ tenantId: tenant.tenantId });
    queryClient.clear();
    queryClient.setQueryData(trpc.auth.tenants.queryKey(), tenants);
    return { tenant, session: await queryClient.ensureQueryData(trpc.auth.session.queryOptions()) };
  },
  component: lazyRouteComponent(() => import("./Frame.tsx"), "Frame"),
});

const projectSearch = z.object({
  /** The key of the environment that the page is about. */
  env: z.string().max(64).optional().catch(undefined),
});

export const projectRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "p/$project",
  validateSearch: projectSearch,
  search: { middlewares: [retainSearchParams(["env"])] },
  beforeLoad: async ({ context: { queryClient, trpc }, params: { project: key } }) => {
    const projects = await queryClient.ensureQueryData(trpc.projects.list.queryOptions());
    const project = projects.find((each) => each.key === key);
    if (!project) throw notFound();
    const environments = await queryClient.ensureQueryData(
      trpc.environments.list.queryOptions({ project: key }),
    );
    return { project, environments };
  },
  component: lazyRouteComponent(() => import("./ProjectFrame.tsx"), "ProjectFrame"),
});
