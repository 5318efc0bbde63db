import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { type JobView, jobView } from "../jobs/job-view.ts";
import { verifyAudit } from "./verify-audit.ts";

/**
 * Begins the verification of the tenant's audit trail; the job's result says what was found.
 * @throws {AppError} "forbidden", "limit_reached"
 */
export async function beginAuditVerification({
  db,
  person,
  traceparent,
  nudgeJob,
}: Caller): Promise<JobView> {
  demand(person, "audit.read", TENANT);
  const { tenantId } = person;
  const job = await db.transact(tenantId, (writers) =>
    beginJob(writers, { job: verifyAudit, payload: {}, createdBy: actorOf(person), traceparent }),
  );
  nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  return jobView(job);
}
