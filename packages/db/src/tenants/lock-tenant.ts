import type { Kysely } from "kysely";
import type { TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Holds a tenant's row until the transaction ends. It comes before the locks of anything that the tenant has. */
export async function lockTenant(trx: Kysely<Tables>, tenantId: TenantId): Promise<void> {
  await trx
    .selectFrom("tenants")
    .select("tenant_id")
    .where("tenant_id", "=", tenantId)
    .forNoKeyUpdate()
    .execute();
}
