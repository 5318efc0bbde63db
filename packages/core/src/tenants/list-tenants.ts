import type { UserId } from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import { type TenantView, tenantView } from "./get-tenant.ts";

/** The tenants that a person belongs to, the oldest membership first. */
export async function listTenants(
  { db, system }: Pick<Ports, "db" | "system">,
  userId: UserId,
): Promise<readonly TenantView[]> {
  const memberships = await system.credentials.listMemberships(userId);
  const tenants = await Promise.all(
    memberships.map(({ tenantId, role }) => db.read(tenantId, (readers) => tenantView(readers, role))),
  );
  return tenants.filter((tenant) => tenant !== undefined);
}
