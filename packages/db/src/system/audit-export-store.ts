import { type Kysely, type Selectable, sql } from "kysely";
import type { AuditExportFormat, AuditExportId, AuditExportUpload, TenantId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

/** What there is of an export in the file store. */
export interface KeptAuditExport {
  readonly tenantId: TenantId;
  readonly auditExportId: AuditExportId;
  readonly format: AuditExportFormat;
  /** Where it was never done, as far as it was noted. */
  readonly upload: AuditExportUpload | null;
}

/** Finds exports whose files are to go. A row goes after its file, so that none is forgotten. */
export class AuditExportStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Those that have had their time, the first to do so first. */
  async listExpired(most: number): Promise<readonly KeptAuditExport[]> {
    const rows = await this.#all()
      .where("expires_at", "<=", sql<Date>`clock_timestamp()`)
      .orderBy("expires_at")
      .limit(most)
      .execute();
    return rows.map(keptOf);
  }

  async listOf(tenantId: TenantId): Promise<readonly KeptAuditExport[]> {
    const rows = await this.#all().where("tenant_id", "=", tenantId).execute();
    return rows.map(keptOf);
  }

  async forget({ tenantId, auditExportId }: KeptAuditExport): Promise<void> {
    await this.#db
      .deleteFrom("audit_exports")
      .where("tenant_id", "=", tenantId)
      .where("audit_export_id", "=", auditExportId)
      .execute();
  }

  #all() {
    return this.#db
      .selectFrom("audit_exports")
      .select(["tenant_id", "audit_export_id", "format", "checkpoint"]);
  }
}

function keptOf(
  row: Pick<Selectable<Tables["audit_exports"]>, "tenant_id" | "audit_export_id" | "format" | "checkpoint">,
): KeptAuditExport {
  return {
    tenantId: row.tenant_id,
    auditExportId: row.audit_export_id,
    format: row.format,
    upload: row.checkpoint?.upload ?? null,
  };
}
