import type { Logger } from "../log/create-logger.ts";
import type { RunnableJob } from "./define-job.ts";
import { runOf } from "./job-run.ts";
import type { Processor } from "./queue-connection.ts";
import { QueueError } from "./queue-error.ts";

/** A job that will not be tried again. */
export interface JobFailure {
  readonly job: string;
  readonly queue: string;
  readonly id: string;
  readonly payload: unknown;
  /** How often it was started. */
  readonly attempts: number;
  readonly cause: unknown;
}

interface ProcessorOptions<Deps> {
  readonly deps: Deps;
  readonly onFailedForGood: (failure: JobFailure) => Promise<void>;
  /** Aborted when the worker takes no more jobs. */
  readonly stopping: AbortSignal;
  /** Aborted when the worker gives up what it still runs. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Starts beyond the attempts that a job is granted for workers that died under it. */
const LOST_WORKERS_ALLOWED = 5;
const REPORT_RETRY_MS = 30_000;

/**
 * Makes the function that BullMQ calls for each job.
 *
 * A failure is thrown, to be tried again by the queue, until it is for good; then it is reported, and for
 * the queue the job is done. So no failed job stays behind to keep its id taken.
 */
export function createProcessor<Deps>(
  jobs: readonly RunnableJob<Deps>[],
  { deps, onFailedForGood, stopping, signal, log }: ProcessorOptions<Deps>,
): Processor {
  const byName = new Map(jobs.map((job) => [job.name, job]));

  return async (queued, token) => {
    // A worker that waited for a job when it was told to stop may still be handed one.
    if (stopping.aborted) return putOff(queued, token, 0);
    const job = byName.get(queued.name);
    const attempt = queued.attemptsMade + 1;
    const attempts = queued.opts.attempts ?? 1;
    const run = runOf(queued, { signal, log });
    try {
      if (!job) throw new QueueError("unknown_job", `No worker of this queue knows the job ${queued.name}.`);
      if (queued.attemptsStarted > attempts + LOST_WORKERS_ALLOWED)
        throw new LostWorkersError(queued.attemptsStarted);
      await job.perform(deps, queued.data, run);
    } catch (error) {
      const context = { err: error, attempt, attempts };
      if (attempt < attempts && !isPermanent(error)) {
        run.log.warn(context, "A job failed, and will be tried again.");
        throw error;
      }

      run.log.error(context, "A job failed for good.");
      await report({
        job: queued.name,
        queue: queued.queueName,
        id: queued.id ?? "",
        payload: queued.data,
        attempts: queued.attemptsStarted,
        cause: error,
      }).catch(async (err) => {
        run.log.error({ ...context, err }, "A failed job could not be recorded; trying again.");
        await putOff(queued, token, REPORT_RETRY_MS);
      });
    }
  };

  /** Also turns what is thrown before the first await into a rejection. */
  async function report(failure: JobFailure): Promise<void> {
    await onFailedForGood(failure);
  }
}

/** Leaves the job to whoever is free then. */
async function putOff(
  queued: Parameters<Processor>[0],
  token: string | undefined,
  delayMs: number,
): Promise<never> {
  await queued.moveToDelayed(Date.now() + delayMs, token);
  const { DelayedError } = await import("bullmq");
  throw new DelayedError();
}

/** Every worker that took this job on died before it ended: it is the job that kills them. */
class LostWorkersError extends Error {
  override readonly name = "LostWorkersError";

  constructor(starts: number) {
    super(`The job was started ${starts} times, and no worker lived to end it.`);
  }
}

function isPermanent(error: unknown): boolean {
  return error instanceof QueueError || error instanceof LostWorkersError;
}
