import { type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type { AuditEntry } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** Where a tenant's chain stands. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Buffer;
  /** The database's clock, to the millisecond, for the entry that comes next. */
  readonly now: Date;
}

export class AuditReader extends Repo {
  /** Newest first; `before` is the last sequence number of the page before. */
  async list(page: {
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<readonly AuditEntry[]> {
    const rows = await this.trx
      .selectFrom("audit_entries")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .$if(page.before !== undefined, (query) => query.where("seq", "<", String(page.before)))
      .orderBy("seq", "desc")
      .limit(page.limit)
      .execute();
    return rows.map(fromRow);
  }
}

export class AuditWriter extends AuditReader {
  async begin(hash: Buffer): Promise<void> {
    await this.trx.insertInto("audit_heads").values({ tenant_id: this.tenantId, seq: "0", hash }).execute();
  }

  /** Locks the chain's end until the transaction ends. Taken last in a transaction, after every other lock. */
  async lockHead(): Promise<AuditHead> {
    const row = await this.trx
      .selectFrom("audit_heads")
      .select(["seq", "hash", sql<Date>`date_trunc('milliseconds', clock_timestamp())`.as("now")])
      .where("tenant_id", "=", this.tenantId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return { seq: Number(row.seq), hash: row.hash, now: row.now };
  }

  /** Adds `entry` at the end that {@link lockHead} gave. */
  async append(entry: AuditEntry): Promise<void> {
    await this.trx
      .insertInto("audit_entries")
      .values({
        tenant_id: this.tenantId,
        month: `${entry.createdAt.toISOString().slice(0, 7)}-01`,
        seq: String(entry.seq),
        created_at: entry.createdAt,
        actor: entry.actor,
        action: entry.action,
        object: entry.object,
        environment_id: entry.environmentId,
        revision: entry.revision === null ? null : String(entry.revision),
        request_id: entry.requestId,
        before: entry.before && JSON.stringify(entry.before),
        after: entry.after && JSON.stringify(entry.after),
        previous_hash: entry.previousHash,
        hash: entry.hash,
      })
      .execute();
    await this.trx
      .updateTable("audit_heads")
      .set({ seq: String(entry.seq), hash: entry.hash })
      .where("tenant_id", "=", this.tenantId)
      .execute();
  }
}

function fromRow(row: Selectable<Tables["audit_entries"]>): AuditEntry {
  return {
    seq: Number(row.seq),
    createdAt: row.created_at,
    actor: row.actor,
    action: row.action,
    object: row.object,
    environmentId: row.environment_id,
    revision: row.revision === null ? null : Number(row.revision),
    requestId: row.request_id,
    before: row.before,
    after: row.after,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
