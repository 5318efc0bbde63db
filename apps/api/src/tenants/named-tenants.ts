/** Tenants as an operator names them on a command line: by id, or by a name, which several may have. */
import type { SystemDatabase, Tenant } from "@burgee/db";

const TENANTS_AT_A_TIME = 500;

export async function listTenants(system: SystemDatabase): Promise<readonly Tenant[]> {
  const tenants: Tenant[] = [];
  for (;;) {
    const some = await system.listTenants(tenants.at(-1)?.tenantId, TENANTS_AT_A_TIME);
    tenants.push(...some);
    if (some.length < TENANTS_AT_A_TIME) return tenants;
  }
}

export function tenantsNamed(tenants: readonly Tenant[], wanted: string): readonly Tenant[] {
  return tenants.filter(({ tenantId, name }) => tenantId === wanted.toLowerCase() || name === wanted);
}

/** Why nothing can be done: none is meant, or not one alone. */
export function unclear(wanted: string, meant: readonly Tenant[]): readonly string[] {
  if (meant.length === 0) return [`There is no tenant ${wanted}; give a tenant's id or name.`];
  return [`Several tenants are named ${wanted}; say which by its id:`, ...meant.map(nameOf)];
}

export function nameOf({ name, tenantId }: Tenant): string {
  return `${name} (${tenantId})`;
}
