/** How an export is written. The same entries make the same bytes, however they are cut into pieces. */
import type { AuditExport, ExportedAuditEntry, TenantId } from "@burgee/db";
import type { ExportSignature } from "./export-signature.ts";

/** What an export is of. Nothing in it tells two exports of the same entries apart. */
export interface ExportStatement extends Pick<AuditExport, "filter" | "last"> {
  readonly tenantId: TenantId;
}

export interface ExportEnding {
  /** So many there were. */
  readonly entries: number;
  /** Of all that comes before. */
  readonly sha256: Buffer;
  readonly signatures: readonly ExportSignature[];
}

export interface ExportEncoder {
  readonly mediaType: string;
  /** What comes before all entries, and says what the export is of. */
  begin(statement: ExportStatement): string;
  encode(entries: readonly ExportedAuditEntry[]): string;
  /** What comes after all of them. */
  end(ending: ExportEnding): string;
}
