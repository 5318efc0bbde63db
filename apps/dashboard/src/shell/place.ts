/** Where the page is: of which tenant, which project, which environment. Names routes by their ids: they import the pages, not the other way round. */
import { useParams, useRouteContext, useSearch } from "@tanstack/react-router";
import type { Outputs } from "../api/trpc.ts";
import { isCritical } from "./environment-colour.ts";
import { tenantSlug } from "./tenant-slug.ts";

export type Environment = Outputs["environments"]["list"][number];

export function useSession() {
  return useRouteContext({ from: "/signed-in", select: ({ session }) => session });
}

export function useTenants() {
  return useRouteContext({ from: "/signed-in", select: ({ tenants }) => tenants });
}

/** Only beneath `/t/$tenant`. */
export function useTenant() {
  const { tenant, tenants } = useRouteContext({ from: "/signed-in/t/$tenant" });
  return { ...tenant, slug: tenantSlug(tenant, tenants) };
}

/** Only beneath `/t/$tenant/p/$project`. */
export function useProject() {
  return useRouteContext({ from: "/signed-in/t/$tenant/p/$project", select: ({ project }) => project });
}

/** Those of the project that the person may read. */
export function useEnvironments(): readonly Environment[] {
  return useRouteContext({
    from: "/signed-in/t/$tenant/p/$project",
    select: ({ environments }) => environments,
  });
}

/** The one that the page is about: `?env=`, else the first critical one, else the first. Undefined where there is none to read. */
export function useEnvironment(): Environment | undefined {
  const environments = useEnvironments();
  const { env } = useSearch({ from: "/signed-in/t/$tenant/p/$project" });
  return environments.find(({ key }) => key === env) ?? environments.find(isCritical) ?? environments[0];
}

/** The same without demanding any of it: for what stands in the frame. */
export function useMaybePlace() {
  const { tenant, project } = useParams({ strict: false });
  const { env } = useSearch({ strict: false });
  return { tenant, project, env };
}
