import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { type JobView, jobView } from "../jobs/job-view.ts";
import { warmTenant } from "./warm-tenant.ts";

/**
 * Begins to make the rulesets of all of the tenant's environments ready; the job's result says what there was to do.
 * @throws {AppError} "forbidden", "limit_reached"
 */
export async function beginWarming({ db, person, traceparent, nudgeJob }: Caller): Promise<JobView> {
  demand(person, "environment.write", TENANT);
  const { tenantId } = person;
  const job = await db.transact(tenantId, (writers) =>
    beginJob(writers, { job: warmTenant, payload: {}, createdBy: actorOf(person), traceparent }),
  );
  nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  return jobView(job);
}
