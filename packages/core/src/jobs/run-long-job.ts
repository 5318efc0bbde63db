import type { JobId } from "@burgee/db";
import { z } from "zod";
import { jobId, tenantId } from "../ids.ts";

const payload = z.object({ tenantId, jobId, kind: z.string() });
export type JobToRun = z.output<typeof payload>;

/**
 * - `left`: there was nothing to do, somebody else is at it, or enough of the tenant's run.
 * - `retried`: it failed, and is tried again.
 * - `lost`: it was cancelled, or another worker took it on.
 * - `handed_over`: this worker stops, and another one goes on.
 */
export type JobOutcome = "left" | "succeeded" | "failed" | "retried" | "lost" | "handed_over";

/** Runs a job, and says what came of it. Aborted, it leaves the job to another worker. */
export interface LongJobPorts {
  readonly runLongJob: (job: JobToRun, signal: AbortSignal) => Promise<JobOutcome>;
}

/**
 * Wakes a worker for a long job. How the job stands is in its row alone: the row says how often it is tried, and a sweep finds what
 * the queue lost.
 */
export const runLongJob = {
  name: "run-long-job",
  queue: "jobs",
  payload,
  jobId: ({ kind, jobId }: { readonly kind: string; readonly jobId: JobId }) => `${kind}-${jobId}`,
  attempts: 1,
  backoffMs: 0,
  mayRunTwice: "Whoever runs a job holds its row, and a second one finds it taken.",
  run: async (
    ports: LongJobPorts,
    job: JobToRun,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> => {
    await ports.runLongJob(job, signal);
  },
};
