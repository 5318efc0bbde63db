/** What the palette offers on every page. */
import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTRPC } from "../api/trpc.ts";
import { NAVIGATION } from "../navigation.ts";
import type { PaletteAction } from "./palette.ts";
import { useMaybePlace, useTenants } from "./place.ts";
import { tenantSlug } from "./tenant-slug.ts";

export function useNavigationActions(): readonly PaletteAction[] {
  const navigate = useNavigate();
  const { tenant, project } = useMaybePlace();
  return NAVIGATION.filter((entry) => isReachable(entry.of, { tenant, project })).map((entry) => ({
    id: `go-${entry.of}-${entry.label}`,
    label: entry.label,
    icon: entry.icon,
    run: () => void navigate({ to: entry.to, params: true }),
  }));
}

export function useEnvironmentActions(): readonly PaletteAction[] {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const { project } = useMaybePlace();
  const { data = [] } = useQuery(
    trpc.environments.list.queryOptions({ project: project ?? "" }, { enabled: project !== undefined }),
  );
  return data.map(({ key, name }) => ({
    id: `environment-${key}`,
    label: name,
    description: "Look at this environment",
    run: () => void navigate({ to: ".", search: (search) => ({ ...search, env: key }) }),
  }));
}

export function useProjectActions(): readonly PaletteAction[] {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const tenants = useTenants();
  const { tenant: here } = useMaybePlace();
  const { data = [] } = useQuery(trpc.projects.list.queryOptions(undefined, { enabled: here !== undefined }));
  const projects = data.map(({ key, name }) => ({
    id: `project-${key}`,
    label: name,
    description: `Project ${key}`,
    run: () => void navigate({ to: "/t/$tenant/p/$project", params: { tenant: here ?? "", project: key } }),
  }));
  const others = tenants
    .map((tenant) => ({ ...tenant, slug: tenantSlug(tenant, tenants) }))
    .filter(({ slug }) => slug !== here)
    .map(({ slug, name }) => ({
      id: `tenant-${slug}`,
      label: name,
      description: "Tenant",
      run: () => void navigate({ to: "/t/$tenant", params: { tenant: slug } }),
    }));
  return [...projects, ...others];
}

export function useThemeActions(): readonly PaletteAction[] {
  const { setColorScheme } = useMantineColorScheme();
  return (["light", "dark", "auto"] as const).map((scheme) => ({
    id: `theme-${scheme}`,
    label: scheme === "auto" ? "As the system has it" : `${scheme === "dark" ? "Dark" : "Light"} theme`,
    description: "Theme",
    run: () => setColorScheme(scheme),
  }));
}

/** Whether an entry can be gone to from here. */
export function isReachable(
  of: "project" | "tenant" | "account",
  { tenant, project }: { readonly tenant: string | undefined; readonly project: string | undefined },
): boolean {
  if (of === "account") return true;
  return of === "tenant" ? tenant !== undefined : project !== undefined;
}
