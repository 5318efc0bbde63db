import { type RawBuilder, sql } from "kysely";
import { Repo } from "../repo.ts";
import type { CountedQuota, Quota, TenantId } from "../schema/records.ts";
import { isLive } from "../sdk-keys/sdk-key-repo.ts";
import { lockTenant } from "../tenants/lock-tenant.ts";

export interface QuotaUse {
  readonly used: number;
  /** What the operator lets this tenant have; null for what every tenant may have. */
  readonly most: number | null;
}

export class QuotaReader extends Repo {
  /** Counted from the rows themselves, so that no counter can be off. */
  async measure(quota: CountedQuota): Promise<QuotaUse> {
    const { rows } = await sql<{ used: string; most: string | null }>`
      select (${USED[quota](this.tenantId)}) as used,
             (select most from burgee.quotas where tenant_id = ${this.tenantId} and quota = ${quota}) as most`.execute(
      this.trx,
    );
    const [row] = rows;
    if (!row) throw new Error("A query without FROM answers one row.");
    return { used: Number(row.used), most: row.most === null ? null : Number(row.most) };
  }

  /** What the operator lets this tenant have of each quota that they said something of. */
  async list(): Promise<ReadonlyMap<Quota, number>> {
    const rows = await this.trx
      .selectFrom("quotas")
      .select(["quota", "most"])
      .where("tenant_id", "=", this.tenantId)
      .execute();
    return new Map(rows.map(({ quota, most }) => [quota, Number(most)]));
  }
}

export class QuotaWriter extends QuotaReader {
  /** Whoever adds what is counted holds this until the transaction ends, so that the next one counts what was added. */
  async lock(): Promise<void> {
    await lockTenant(this.trx, this.tenantId);
  }
}

const USED: Readonly<Record<CountedQuota, (tenantId: TenantId) => RawBuilder<unknown>>> = {
  projects: (tenantId) => sql`select count(*) from burgee.projects where tenant_id = ${tenantId}`,
  environments: (tenantId) => sql`select count(*) from burgee.environments where tenant_id = ${tenantId}`,
  toggles: (tenantId) =>
    sql`select count(*) from burgee.toggles where tenant_id = ${tenantId} and archived_at is null`,
  segments: (tenantId) =>
    sql`select count(*) from burgee.segments where tenant_id = ${tenantId} and archived_at is null`,
  segment_list_bytes: (tenantId) =>
    sql`select coalesce(sum(size), 0) from burgee.segment_lists where tenant_id = ${tenantId}`,
  members: (tenantId) => sql`select count(*) from burgee.memberships where tenant_id = ${tenantId}`,
  sdk_keys: (tenantId) => sql`
    select count(*) from burgee.sdk_keys
     where tenant_id = ${tenantId} and ${isLive}`,
};
