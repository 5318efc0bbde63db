/** Every kind of long job, in one list: what a worker runs, and by which the API knows who may see which. */

import { type VerifyAuditDeps, verifyAudit } from "../audit/verify-audit.ts";
import { type ExportAuditDeps, exportAudit } from "../audit-exports/export-audit.ts";
import { type RotateDataKeyDeps, rotateDataKey } from "../keyring/rotate-data-key.ts";
import { type ScanStaleTogglesDeps, scanStaleToggles } from "../lifecycle/scan-stale-toggles.ts";
import { type WarmTenantDeps, warmTenant } from "../rulesets/warm-tenant.ts";
import type { LongJob } from "./long-job.ts";

/** What the work of all kinds together needs. */
export type LongJobDeps = VerifyAuditDeps &
  ExportAuditDeps &
  ScanStaleTogglesDeps &
  RotateDataKeyDeps &
  WarmTenantDeps;

export const LONG_JOBS: readonly LongJob<LongJobDeps>[] = [
  verifyAudit,
  exportAudit,
  scanStaleToggles,
  rotateDataKey,
  warmTenant,
];

export function longJobOf(kind: string): LongJob<LongJobDeps> | undefined {
  return LONG_JOBS.find((job) => job.kind === kind);
}
