/** Every kind of long job, in one list: what a worker runs, and by which the API knows who may see which. */

import { type VerifyAuditDeps, verifyAudit } from "../audit/verify-audit.ts";
import { type ExportAuditDeps, exportAudit } from "../audit-exports/export-audit.ts";
import type { LongJob } from "./long-job.ts";

/** What the work of all kinds together needs. */
export type LongJobDeps = VerifyAuditDeps & ExportAuditDeps;

export const LONG_JOBS: readonly LongJob<LongJobDeps>[] = [verifyAudit, exportAudit];

export function longJobOf(kind: string): LongJob<LongJobDeps> | undefined {
  return LONG_JOBS.find((job) => job.kind === kind);
}
