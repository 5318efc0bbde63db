import type { UserId } from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import type { TenantView } from "./get-tenant.ts";

/** The tenants that a person belongs to, the oldest membership first. */
export async function listTenants(
  { db, system }: Pick<Ports, "db" | "system">,
  userId: UserId,
): Promise<readonly TenantView[]> {
  const memberships = await system.credentials.listMemberships(userId);
  const tenants = await Promise.all(
    memberships.map(async ({ tenantId, role }) => {
      const tenant = await db.read(tenantId, (readers) => readers.tenants.find());
      return tenant && { ...tenant, role };
    }),
  );
  return tenants.filter((tenant) => tenant !== undefined);
}
