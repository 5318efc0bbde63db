import { type AuditExportId, newId } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { auditFilter } from "../audit/list-audit.ts";
import { AppError } from "../errors/app-error.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { type JobView, jobView } from "../jobs/job-view.ts";
import { LIMITS } from "../limits.ts";
import { exportAudit } from "./export-audit.ts";

export const beginAuditExportInput = z.strictObject({
  /** `jsonl` has the chain, for programs and for who verifies; `csv` is for spreadsheets. */
  format: z.enum(["jsonl", "csv"]),
  filter: z.strictObject(auditFilter).default({}),
});

export interface BegunAuditExport {
  /** Of the export, which is there before its file is. */
  readonly id: AuditExportId;
  /** Who writes it. */
  readonly job: JobView;
}

/** One that never gets done is forgotten then. */
const UNFINISHED_KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Begins an export of what the filter leaves of the tenant's trail, up to its last entry at this moment.
 * @throws {AppError} "forbidden", "limit_reached"
 */
export async function beginAuditExport(
  caller: Caller,
  { format, filter }: z.output<typeof beginAuditExportInput>,
): Promise<BegunAuditExport> {
  const { db, person, requestId, traceparent, nudgeJob } = caller;
  demand(person, "audit.read", TENANT);
  const { tenantId } = person;
  const createdBy = actorOf(person);
  const auditExportId = newId<AuditExportId>();

  const job = await db.transact(tenantId, async (writers) => {
    const begun = await beginJob(writers, {
      job: exportAudit,
      payload: { auditExportId },
      createdBy,
      traceparent,
    });
    if ((await writers.auditExports.countUnfinished()) >= LIMITS.unfinishedAuditExports) throw tooMany();
    const last = await writers.audit.lockHead();
    await writers.auditExports.begin({
      auditExportId,
      format,
      filter,
      last,
      createdBy,
      keptMs: UNFINISHED_KEPT_MS,
    });
    await appendEntry(writers, tenantId, {
      actor: createdBy,
      action: "audit_export.begun",
      object: `audit-export/${auditExportId}`,
      requestId,
      after: { format, filter, lastEntry: last.seq },
    });
    return begun;
  });
  nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  return { id: auditExportId, job: jobView(job) };
}

function tooMany(): AppError {
  const limit = LIMITS.unfinishedAuditExports;
  return new AppError(
    "limit_reached",
    `${limit} exports of this audit trail are not done yet; wait for one of them, or cancel one.`,
    { details: { limit } },
  );
}
