import { type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type {
  Actor,
  AuditExport,
  AuditExportCheckpoint,
  AuditExportId,
  AuditFilter,
  FinishedAuditExport,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export type NewAuditExport = Pick<AuditExport, "auditExportId" | "format" | "filter" | "last"> & {
  readonly createdBy: Actor;
  /** How long it is kept, also where it never gets done. */
  readonly keptMs: number;
};

export class AuditExportReader extends Repo {
  /** One that is kept still. */
  async find(auditExportId: AuditExportId): Promise<AuditExport | undefined> {
    const row = await this.trx
      .selectFrom("audit_exports")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("audit_export_id", "=", auditExportId)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .executeTakeFirst();
    return row && exportOf(row);
  }

  async countUnfinished(): Promise<number> {
    const { count } = await this.trx
      .selectFrom("audit_exports")
      .select((eb) => eb.fn.countAll<string>().as("count"))
      .where("tenant_id", "=", this.tenantId)
      .where("completed_at", "is", null)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** The database's clock. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(this.trx);
    const [row] = rows;
    if (!row) throw new Error("A query without FROM answers one row.");
    return row.now;
  }
}

export class AuditExportWriter extends AuditExportReader {
  async begin({ auditExportId, format, filter, last, createdBy, keptMs }: NewAuditExport): Promise<void> {
    await this.trx
      .insertInto("audit_exports")
      .values({
        tenant_id: this.tenantId,
        audit_export_id: auditExportId,
        format,
        filter: JSON.stringify(filter),
        last_seq: String(last.seq),
        last_hash: last.hash,
        created_by: createdBy,
        expires_at: fromNow(keptMs),
      })
      .execute();
  }

  /** Takes it over from whoever was at it: what they note from now on is not taken. */
  async claim(auditExportId: AuditExportId): Promise<AuditExport | undefined> {
    const row = await this.trx
      .updateTable("audit_exports")
      .set({ run: sql<number>`run + 1` })
      .where("tenant_id", "=", this.tenantId)
      .where("audit_export_id", "=", auditExportId)
      .where("expires_at", ">", sql<Date>`clock_timestamp()`)
      .returningAll()
      .executeTakeFirst();
    return row && exportOf(row);
  }

  /** Notes how far it is; false where somebody else took it over. */
  async note(
    { auditExportId, run }: Pick<AuditExport, "auditExportId" | "run">,
    checkpoint: AuditExportCheckpoint,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#claimed(auditExportId, run)
      .set({ checkpoint: JSON.stringify(checkpoint) })
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Its file is whole, and is kept from now on for `keptMs`; undefined where somebody else took it over. */
  async finish(
    { auditExportId, run }: Pick<AuditExport, "auditExportId" | "run">,
    { entries, bytes, sha256 }: Omit<FinishedAuditExport, "at">,
    keptMs: number,
  ): Promise<FinishedAuditExport | undefined> {
    const row = await this.#claimed(auditExportId, run)
      .set({
        completed_at: sql<Date>`clock_timestamp()`,
        entries: String(entries),
        bytes: String(bytes),
        sha256,
        checkpoint: null,
        expires_at: fromNow(keptMs),
      })
      .returning("completed_at")
      .executeTakeFirst();
    return row?.completed_at ? { at: row.completed_at, entries, bytes, sha256 } : undefined;
  }

  /** Nobody goes on with it: what was written of it is swept soon. One that is done stays as it is. */
  async giveUp(auditExportId: AuditExportId): Promise<void> {
    await this.trx
      .updateTable("audit_exports")
      .set({ run: sql<number>`run + 1`, expires_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("audit_export_id", "=", auditExportId)
      .where("completed_at", "is", null)
      .execute();
  }

  #claimed(auditExportId: AuditExportId, run: number) {
    return this.trx
      .updateTable("audit_exports")
      .where("tenant_id", "=", this.tenantId)
      .where("audit_export_id", "=", auditExportId)
      .where("run", "=", run)
      .where("completed_at", "is", null);
  }
}

function fromNow(ms: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000})`;
}

function exportOf(row: Selectable<Tables["audit_exports"]>): AuditExport {
  return {
    auditExportId: row.audit_export_id,
    format: row.format,
    filter: filterOf(row.filter),
    last: { seq: Number(row.last_seq), hash: row.last_hash },
    run: row.run,
    checkpoint: row.checkpoint,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    finished: finishedOf(row),
  };
}

/** Times are texts in JSON. */
function filterOf({ from, to, ...filter }: Selectable<Tables["audit_exports"]>["filter"]): AuditFilter {
  return { ...filter, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
}

function finishedOf(row: Selectable<Tables["audit_exports"]>): FinishedAuditExport | null {
  const { completed_at: at, entries, bytes, sha256 } = row;
  if (at === null || entries === null || bytes === null || sha256 === null) return null;
  return { at, entries: Number(entries), bytes: Number(bytes), sha256 };
}
