/** Runs long jobs, each by its row: takes it on, shows how far it is, and writes down how it ended. */
import {
  BusyError,
  type Database,
  type HeldJob,
  type Job,
  type JobError,
  TenantClosedError,
  type Writers,
} from "@burgee/db";
import { AppError, type AppErrorCode } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { LEASE_TIMES, Lease, LeaseLostError, type LeaseTimes, WorkerStoppingError } from "./lease.ts";
import type { JobLog, LongJob } from "./long-job.ts";
import type { JobOutcome, JobToRun } from "./run-long-job.ts";

export interface JobRunnerOptions<Deps> {
  readonly db: Database;
  readonly jobs: readonly LongJob<Deps>[];
  readonly deps: Deps;
  readonly log: JobLog;
  readonly onOutcome?: (kind: string, outcome: JobOutcome) => void;
  readonly times?: Partial<LeaseTimes>;
}

/** Starts beyond the attempts that a job is granted for workers that died under it. */
const LOST_WORKERS_ALLOWED = 5;
const LONGEST_BACKOFF_MS = 5 * 60_000;
/** What a later try may well mend, though it is a use case's own. */
const PASSING: readonly AppErrorCode[] = ["unavailable", "version_conflict", "ruleset_not_ready"];

/** Answers what came of one job. Aborted by `signal`, it leaves the job to another worker. */
export function createJobRunner<Deps>({
  db,
  jobs,
  deps,
  log,
  onOutcome = () => undefined,
  times: givenTimes,
}: JobRunnerOptions<Deps>): (target: JobToRun, signal: AbortSignal) => Promise<JobOutcome> {
  const byKind = new Map(jobs.map((job) => [job.kind, job]));
  const kinds = [...byKind.keys()];
  const times = { ...LEASE_TIMES, ...givenTimes };

  return async (target, signal) => {
    if (signal.aborted) return "left";
    const claimed = await claim(target);
    const definition = claimed && byKind.get(claimed.kind);
    if (!definition) return "left";
    const outcome = await run({ target, claimed, definition, signal, log: logOf(claimed) });
    onOutcome(claimed.kind, outcome);
    return outcome;
  };

  async function claim({ tenantId, jobId }: JobToRun): Promise<(Job & HeldJob) | undefined> {
    try {
      return await db.transact(tenantId, async (writers) => {
        await writers.jobs.lockCounts();
        const terms = { kinds, leaseMs: times.leaseMs, mostRunning: LIMITS.runningJobs };
        return writers.jobs.claim(jobId, terms);
      });
    } catch (error) {
      // What is being deleted is left alone.
      if (error instanceof TenantClosedError) return undefined;
      throw error;
    }
  }

  function logOf({ kind, jobId, traceparent }: Job): JobLog {
    return log.child({ job: kind, jobId, traceId: traceparent.split("-")[1] });
  }

  async function run(running: Running<Deps>): Promise<JobOutcome> {
    const { target, claimed, definition, signal, log: own } = running;
    if (claimed.attempts > definition.attempts + LOST_WORKERS_ALLOWED) {
      own.error({ attempts: claimed.attempts }, "No worker lived to end this job; it failed for good.");
      return fail(running, WORKERS_LOST);
    }
    const lease = new Lease(db, target.tenantId, claimed, times);
    const stop = () => lease.end(new WorkerStoppingError());
    signal.addEventListener("abort", stop, { once: true });
    const { jobId, createdBy, checkpoint, payload } = claimed;
    try {
      const working = definition.perform(deps, payload, {
        tenantId: target.tenantId,
        jobId,
        createdBy,
        checkpoint,
        keep: (kept) => lease.keep(kept),
        report: (progress, note) => lease.report(progress, note),
        signal: lease.signal,
        log: own,
      });
      const result = await unlessAborted(working, lease.signal);
      await lease.close();
      return (await end(running, (writers) => writers.jobs.succeed(claimed, result))) ? "succeeded" : "lost";
    } catch (error) {
      await lease.close();
      if (error instanceof WorkerStoppingError) return handOver(running);
      if (error instanceof LeaseLostError || lease.signal.aborted) return "lost";
      return failed(running, error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async function failed(running: Running<Deps>, err: unknown): Promise<JobOutcome> {
    const { target, claimed, definition, log: own } = running;
    const { attempts } = claimed;
    const context = { err, attempt: attempts, attempts: definition.attempts };
    if (attempts < definition.attempts && !isPermanent(err)) {
      own.warn(context, "A job failed, and will be tried again.");
      const afterMs = backoffMs(attempts, definition.backoffMs);
      const isBack = await db.transact(target.tenantId, ({ jobs }) => jobs.putBack(claimed, { afterMs }));
      return isBack ? "retried" : "lost";
    }
    own.error(context, "A job failed for good.");
    return fail(running, errorOf(err, attempts));
  }

  async function fail(running: Running<Deps>, error: JobError): Promise<JobOutcome> {
    const { claimed } = running;
    const isEnded = await end(running, async (writers) => {
      const ended = await writers.jobs.fail(claimed, error);
      if (!ended) return undefined;
      const { kind: source, jobId, attempts } = ended;
      await writers.deadLetters.add({ source, payload: { jobId }, error: error.message, attempts });
      return ended;
    });
    return isEnded ? "failed" : "lost";
  }

  /** All that its end means happens with it, or not at all. */
  async function end(
    { target, definition }: Running<Deps>,
    work: (writers: Writers) => Promise<Job | undefined>,
  ): Promise<boolean> {
    return db.transact(target.tenantId, async (writers) => {
      const ended = await work(writers);
      if (ended) await definition.onEnd(writers, ended);
      return ended !== undefined;
    });
  }

  async function handOver({ target, claimed, log: own }: Running<Deps>): Promise<JobOutcome> {
    own.info({}, "The worker stops; another one takes the job on.");
    const isLeft = await db.transact(target.tenantId, ({ jobs }) => jobs.handOver(claimed));
    return isLeft ? "handed_over" : "lost";
  }
}

interface Running<Deps> {
  readonly target: JobToRun;
  readonly claimed: Job & HeldJob;
  readonly definition: LongJob<Deps>;
  readonly signal: AbortSignal;
  readonly log: JobLog;
}

const WORKERS_LOST: JobError = {
  code: "worker_lost",
  message: "Each worker that took this job on ended before the job did. The operator's log says more.",
};

/** Work that does not listen is not waited for: what it still does reaches nobody. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  aborted.promise.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function backoffMs(attempt: number, firstMs: number): number {
  const ceilingMs = Math.min(LONGEST_BACKOFF_MS, firstMs * 2 ** (attempt - 1));
  return ceilingMs * (0.5 + 0.5 * Math.random());
}

function isPermanent(error: unknown): boolean {
  return error instanceof AppError && !PASSING.includes(error.code);
}

function errorOf(error: unknown, attempts: number): JobError {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  if (error instanceof BusyError) {
    return { code: "busy", message: "Too much of this tenant's work waited all the while." };
  }
  const times = attempts === 1 ? "once" : `${attempts} times`;
  return {
    code: "internal",
    message: `It failed ${times}. The operator's log says why, under this job's id.`,
  };
}
