import type { AuditExportFormat, AuditExportId, AuditExportUpload, TenantId } from "@burgee/db";

/** Where exports lie. An adapter keeps what it adds over crashes, and takes the same part a second time. */
export interface ExportFiles {
  readonly partBytes: number;
  begin(key: string): Promise<AuditExportUpload>;
  append(key: string, upload: AuditExportUpload, part: Uint8Array): Promise<AuditExportUpload>;
  complete(key: string, upload: AuditExportUpload): Promise<void>;
  abort(key: string, upload: AuditExportUpload): Promise<void>;
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(key: string): Promise<void>;
}

/** A tenant's are together. */
export function fileKeyOf({
  tenantId,
  auditExportId,
  format,
}: {
  readonly tenantId: TenantId;
  readonly auditExportId: AuditExportId;
  readonly format: AuditExportFormat;
}): string {
  return `audit-exports/${tenantId}/${auditExportId}.${format}`;
}

/** Whether what was written so far is gone, and all of it is to be written anew. */
export function isUploadLost(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "upload_lost";
}
