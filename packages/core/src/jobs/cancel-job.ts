import type { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { enterJob } from "./enter-job.ts";
import type { getJobInput } from "./get-job.ts";
import { type JobView, jobView } from "./job-view.ts";
import { longJobOf } from "./long-jobs.ts";

/**
 * Ends a job that waits or runs. Whoever runs it hears of it within a second or so, and can write nothing of it from now on.
 * @throws {AppError} "job_not_found", "job_ended"
 */
export async function cancelJob(caller: Caller, input: z.output<typeof getJobInput>): Promise<JobView> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { kind, jobId } = await enterJob(writers, person, input);
    const cancelled = await writers.jobs.cancel(jobId);
    if (!cancelled) throw new AppError("job_ended", "This job has ended before.");
    await longJobOf(kind)?.onEnd(writers, cancelled);

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "job.cancelled",
      object: `job/${jobId}`,
      requestId,
      before: { kind },
    });
    return jobView(cancelled);
  });
}
