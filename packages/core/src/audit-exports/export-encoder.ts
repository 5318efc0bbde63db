/** How an export is written. The same entries make the same bytes, however they are cut into pieces. */
import type { AuditExport, ExportedAuditEntry, TenantId } from "@burgee/db";

/** What an export is of. Nothing in it tells two exports of the same entries apart. */
export interface ExportStatement extends Pick<AuditExport, "filter" | "last"> {
  readonly tenantId: TenantId;
}

export interface ExportEncoder {
  readonly mediaType: string;
  /** What comes before all entries, and says what the export is of. */
  begin(statement: ExportStatement): string;
  encode(entries: readonly ExportedAuditEntry[]): string;
  /** What comes after all of them, so many as there were. */
  end(entries: number): string;
}
