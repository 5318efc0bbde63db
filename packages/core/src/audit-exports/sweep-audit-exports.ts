/** Exports go with their files: the file first, so that none is left behind that nobody knows of. */
import type { KeptAuditExport, SystemDatabase, TenantId } from "@burgee/db";
import { type ExportFiles, fileKeyOf } from "./export-files.ts";

interface SweepDeps {
  readonly system: Pick<SystemDatabase, "auditExports">;
  readonly files: Pick<ExportFiles, "abort" | "remove">;
}

/** Those that have had their time, and those that were given up. May run twice, and twice at once. */
export async function sweepAuditExports({ system, files }: SweepDeps, most: number): Promise<void> {
  for (const expired of await system.auditExports.listExpired(most)) {
    await removeFiles(files, expired);
    await system.auditExports.forget(expired);
  }
}

/** A tenant's, which is to be erased; their rows go with the tenant's others. */
export async function removeAuditExportFiles(
  { system, files }: SweepDeps,
  tenantId: TenantId,
): Promise<void> {
  for (const kept of await system.auditExports.listOf(tenantId)) await removeFiles(files, kept);
}

async function removeFiles(files: SweepDeps["files"], kept: KeptAuditExport): Promise<void> {
  const key = fileKeyOf(kept);
  if (kept.upload) await files.abort(key, kept.upload);
  await files.remove(key);
}
