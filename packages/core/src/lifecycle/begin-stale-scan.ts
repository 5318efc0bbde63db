import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { type JobView, jobView } from "../jobs/job-view.ts";
import { scanStaleToggles } from "./scan-stale-toggles.ts";

/**
 * Begins to look how far each of the tenant's toggles is in its life; the job's result says how many became stale.
 * @throws {AppError} "forbidden", "limit_reached"
 */
export async function beginStaleScan({ db, person, traceparent, nudgeJob }: Caller): Promise<JobView> {
  demand(person, "toggle.write", TENANT);
  const { tenantId } = person;
  const job = await db.transact(tenantId, (writers) =>
    beginJob(writers, { job: scanStaleToggles, payload: {}, createdBy: actorOf(person), traceparent }),
  );
  nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  return jobView(job);
}
