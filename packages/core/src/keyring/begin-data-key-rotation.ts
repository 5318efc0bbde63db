import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { beginJob } from "../jobs/begin-job.ts";
import { type JobView, jobView } from "../jobs/job-view.ts";
import { rotateDataKey } from "./rotate-data-key.ts";

/**
 * Begins to give the tenant a new data key; the job's result says what it seals by then.
 * @throws {AppError} "forbidden", "limit_reached"
 */
export async function beginDataKeyRotation(caller: Caller): Promise<JobView> {
  const { db, person, requestId, traceparent, nudgeJob } = caller;
  demand(person, "sdk_key.write", TENANT);
  const { tenantId } = person;
  const job = await db.transact(tenantId, async (writers) => {
    const createdBy = actorOf(person);
    const begun = await beginJob(writers, { job: rotateDataKey, payload: {}, createdBy, traceparent });
    const object = `job/${begun.jobId}` as const;
    const action = "data_key.rotation_begun";
    await appendEntry(writers, tenantId, { actor: createdBy, action, object, requestId });
    return begun;
  });
  nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  return jobView(job);
}
