import { type Kysely, sql } from "kysely";
import type { DueJob } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Jobs of all tenants, for who looks after them. */
export class JobStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Jobs of tenants that stay, which nobody took on for so long after they fell due by the database's clock: the queue lost them, or
   * their worker is gone. One of each tenant comes before a second one of any.
   */
  async listDue(limit: number, { overdueMs }: { readonly overdueMs: number }): Promise<readonly DueJob[]> {
    const rows = await this.#db
      .selectFrom("jobs")
      .select(["tenant_id", "job_id", "kind"])
      .where("status", "in", ["waiting", "running"])
      .where("due_at", "<=", sql<Date>`clock_timestamp() - ${overdueMs}::float8 * interval '1 millisecond'`)
      .where(
        sql<boolean>`not exists (select from burgee.tenant_deletions gone where gone.tenant_id = jobs.tenant_id)`,
      )
      .orderBy(sql`row_number() over (partition by tenant_id order by due_at, job_id)`)
      .orderBy("due_at")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ tenantId: row.tenant_id, jobId: row.job_id, kind: row.kind }));
  }
}
