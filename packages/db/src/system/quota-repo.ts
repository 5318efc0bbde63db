import type { Kysely } from "kysely";
import type { Quota, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** What the operator lets tenants have. */
export class QuotaStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** From the next thing that is added on. What a tenant has beyond it stays. */
  async set(tenantId: TenantId, quota: Quota, most: number): Promise<void> {
    await this.#db
      .insertInto("quotas")
      .values({ tenant_id: tenantId, quota, most: String(most) })
      .onConflict((conflict) => conflict.columns(["tenant_id", "quota"]).doUpdateSet({ most: String(most) }))
      .execute();
  }

  /** Back to what every tenant may have. */
  async unset(tenantId: TenantId, quota: Quota): Promise<void> {
    await this.#db
      .deleteFrom("quotas")
      .where("tenant_id", "=", tenantId)
      .where("quota", "=", quota)
      .execute();
  }
}
