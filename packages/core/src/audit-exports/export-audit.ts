import type { Database } from "@burgee/db";
import { z } from "zod";
import { auditExportId } from "../ids.ts";
import { defineLongJob } from "../jobs/long-job.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import type { ExportFiles } from "./export-files.ts";
import { exportSigner } from "./export-signature.ts";
import { type ExportProgress, runAuditExport } from "./run-audit-export.ts";

export interface ExportAuditDeps {
  readonly db: Database;
  /** Opens the keys that sign. */
  readonly keyring: Keyring;
  readonly files: ExportFiles;
  /** How long a finished export is kept. */
  readonly exportKeptMs: number;
}

const payload = z.strictObject({ auditExportId });

/** Writes an export of the tenant's audit trail into the file store. How far that is stands with the export, not with the job. */
export const exportAudit = defineLongJob({
  kind: "export-audit",
  seenWith: "audit.read",
  payload,
  mayRunTwice: "Both write the same bytes to the same places, and one of them is told that it was overtaken.",
  run: async (
    { db, keyring, files, exportKeptMs: keptMs }: ExportAuditDeps,
    { auditExportId },
    { tenantId, report, signal },
  ) => {
    const show = (progress: ExportProgress) =>
      report({ done: progress.lookedAt, total: progress.last, unit: "entries" }, noteOf(progress));
    const deps = { db, files, keptMs, signal, report: show, sign: exportSigner({ db, keyring }) };
    const { entries, bytes, sha256 } = await runAuditExport(deps, tenantId, auditExportId);
    return { export: auditExportId, entries, bytes, sha256: sha256.toString("hex") };
  },
  onEnd: async (writers, { status, payload: given, result, error, createdBy }) => {
    const { auditExportId } = payload.parse(given);
    if (status !== "succeeded") await writers.auditExports.giveUp(auditExportId);
    // Who cancelled it knows.
    if (status === "cancelled") return;
    await announceNotice(writers, {
      type: status === "succeeded" ? "export.ready" : "export.failed",
      data: { export: auditExportId, ...result, ...(error && { error }) },
      concerns: [createdBy],
    });
  },
});

function noteOf({ lookedAt, last, entries }: ExportProgress): string {
  const percent = Math.floor((lookedAt / last) * 100);
  return `${entries.toLocaleString("en")} rows, ${percent} %`;
}
