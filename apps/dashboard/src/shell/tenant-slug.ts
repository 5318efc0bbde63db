import type { Outputs } from "../api/trpc.ts";

export type Tenant = Outputs["auth"]["tenants"][number];

/** How a tenant is called in addresses: by its name, and by its id where another one of the person's is called alike. */
export function tenantSlug(tenant: Pick<Tenant, "tenantId" | "name">, tenants: readonly Tenant[]): string {
  const slug = slugOf(tenant.name);
  const isOnly = tenants.every((each) => each.tenantId === tenant.tenantId || slugOf(each.name) !== slug);
  return slug !== "" && isOnly ? slug : tenant.tenantId;
}

/** Of two that are called alike, the one that the session works in. */
export function findTenant(tenants: readonly Tenant[], slug: string, currentId: string): Tenant | undefined {
  const named = tenants.filter(({ tenantId, name }) => tenantId === slug || slugOf(name) === slug);
  return named.find(({ tenantId }) => tenantId === currentId) ?? named[0];
}

function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
