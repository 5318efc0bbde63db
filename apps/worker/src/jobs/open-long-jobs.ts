/** Long jobs in this process: those that the queue wakes it for, and those that a sweep finds. */
import { createJobRunner, type JobToRun, type LongJob, type LongJobPorts, runLongJob } from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import { bounded, type Logger, type Metrics, onceWhileItLasts, type Queues } from "@burgee/runtime";

interface OpenLongJobsOptions<Deps> {
  readonly db: Database;
  readonly system: Pick<SystemDatabase, "jobs">;
  readonly queues: Pick<Queues, "enqueue">;
  readonly deps: Deps;
  readonly jobs: readonly LongJob<Deps>[];
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface LongJobs extends LongJobPorts {
  /** Wakes whoever works on the queue for jobs that nobody took on; while the queue is away, they run here. */
  sweep(): Promise<void>;
  /** Waits for those that run beside the queue, and gives up what outlasts the bound. */
  close(boundMs: number): Promise<void>;
}

/** A job that was just begun is on its way to a worker by the queue. */
const OVERDUE_MS = 3_000;
const SWEPT_AT_A_TIME = 50;
const BESIDE_THE_QUEUE = 4;
const HAND_OVER_MS = 1_000;

export function openLongJobs<Deps>({
  db,
  system,
  queues,
  deps,
  jobs,
  log,
  metrics,
}: OpenLongJobsOptions<Deps>): LongJobs {
  const ended = metrics.counter({
    name: "burgee_jobs_total",
    help: "Tries of long jobs, by kind and how they ended.",
    labels: ["kind", "outcome"],
  });
  const run = createJobRunner({
    db,
    jobs,
    deps,
    log,
    onOutcome: (kind, outcome) => ended.inc({ kind, outcome }),
  });
  const beside = new Set<Promise<void>>();
  const givingUp = new AbortController();
  const onQueueAway = onceWhileItLasts((err) =>
    log.warn({ err }, "The queue wakes nobody for long jobs; those that are due run beside it."),
  );

  return {
    runLongJob: async (job, signal) => {
      try {
        return await run(job, signal);
      } catch (err) {
        // How it stands is in its row, which the sweep finds again.
        log.warn(
          { err, jobId: job.jobId, kind: job.kind },
          "A long job was left; the sweep goes on with it.",
        );
        return "left";
      }
    },

    sweep: async () => {
      for (const due of await system.jobs.listDue(SWEPT_AT_A_TIME, { overdueMs: OVERDUE_MS })) {
        try {
          await queues.enqueue(runLongJob, due);
        } catch (err) {
          onQueueAway(err);
          runBeside(due);
        }
      }
    },

    close: async (boundMs) => {
      try {
        await bounded(Promise.all(beside), boundMs, "Ending long jobs");
      } catch {
        givingUp.abort();
        await bounded(Promise.all(beside), HAND_OVER_MS, "Giving long jobs up").catch(() => undefined);
      }
    },
  };

  function runBeside(job: JobToRun): void {
    if (beside.size >= BESIDE_THE_QUEUE || givingUp.signal.aborted) return;
    const running = run(job, givingUp.signal)
      .then(() => undefined)
      .catch((err) => log.warn({ err, jobId: job.jobId }, "A long job was left; the next sweep goes on."))
      .finally(() => beside.delete(running));
    beside.add(running);
  }
}
