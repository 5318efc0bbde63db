import { setTimeout as delay } from "node:timers/promises";
import { bounded } from "../clock/bounded.ts";
import { fullJitterMs } from "../clock/full-jitter.ts";
import type { Logger } from "../log/create-logger.ts";
import { onceWhileItLasts } from "../log/once-while-it-lasts.ts";
import type { RunnableJob } from "./define-job.ts";
import { createProcessor, type JobFailure } from "./process-job.ts";
import type {
  ConsumingWorker,
  OpenConnection,
  QueueConnection,
  WorkerBehaviour,
} from "./queue-connection.ts";

export interface StartWorkerOptions<Deps> {
  readonly connection: QueueConnection;
  readonly applicationName: string;
  /** All kinds that this process runs; each queue among them gets a worker. */
  readonly jobs: readonly RunnableJob<Deps>[];
  readonly deps: Deps;
  /** How many jobs of one queue run at a time. */
  readonly concurrency: number;
  /**
   * A job was tried as often as it may, or can't be run at all. Record it; then the queue forgets it. If this
   * fails, it is tried again after half a minute.
   */
  readonly onFailedForGood: (failure: JobFailure) => Promise<void>;
  readonly log: Logger;
  /** How long a job stays taken by a worker that shows no life; 15 s unless told otherwise. */
  readonly lockMs?: number;
  /** How long `close` waits for running jobs; 25 s unless told otherwise. */
  readonly closeBoundMs?: number;
}

/** Running workers. */
export interface RunningWorker {
  /** Every queue is being worked on. Waits for as long as the server is away. */
  readonly ready: Promise<void>;
  /**
   * Takes no more jobs and waits for those that run. What outlasts the bound is given up: its signal is aborted, and another worker
   * runs it again.
   */
  close(): Promise<void>;
}

const CLOSE_BOUND_MS = 25_000;
/** In which work that is given up may say so; never longer than it was waited for. */
const HAND_OVER_MS = 1_000;
const LOCK_MS = 15_000;
const RESTART = { baseMs: 500, capMs: 5_000 };

/** Returns at once, and works as soon as the server can be reached. */
export function startWorker<Deps>(options: StartWorkerOptions<Deps>): RunningWorker {
  const { connection, applicationName, jobs, log, closeBoundMs = CLOSE_BOUND_MS } = options;
  const queues = Map.groupBy(jobs, (job) => job.queue);
  const opening = openToConsume(connection, { applicationName, workers: queues.size, log });
  const closing = new AbortController();
  const givingUp = new AbortController();
  let isClosed = false;
  const started = [...queues].map(([queue, jobsOfQueue]) => {
    const onError = onceWhileItLasts((err) => log.warn({ err, queue }, "A worker reported an error."));
    return startQueue(
      queue,
      async () => {
        const open = await opening;
        const worker = open.openWorker(
          queue,
          createProcessor(jobsOfQueue, { ...options, stopping: closing.signal, signal: givingUp.signal }),
          behaviour(options),
        );
        worker.on("error", (error) => {
          if (!isClosed && !open.hasToldOf(error)) onError(error);
        });
        return worker;
      },
      closing.signal,
      log,
    );
  });
  const ready = Promise.all(started).then(() => undefined);
  let closed: Promise<void> | undefined;
  return {
    ready,
    close: () => {
      closing.abort();
      closed ??= closeAll(started, opening, { boundMs: closeBoundMs, givingUp, log }).finally(() => {
        isClosed = true;
      });
      return closed;
    },
  };
}

/** Whoever runs no worker does not load BullMQ. */
async function openToConsume(
  connection: QueueConnection,
  options: { readonly applicationName: string; readonly workers: number; readonly log: Logger },
): Promise<OpenConnection> {
  const { openConnection } = await import("./queue-connection.ts");
  return openConnection(connection, { purpose: "consume", ...options });
}

function behaviour<Deps>({ concurrency, lockMs = LOCK_MS }: StartWorkerOptions<Deps>): WorkerBehaviour {
  return {
    autorun: false,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 3),
    // Jobs lost with their workers are counted by their starts instead, so that they too are reported.
    maxStalledCount: 1_000_000,
    runRetryDelay: 1_000,
  };
}

/** A worker whose first connection failed stays useless for ever, so it is made anew. */
async function startQueue(
  queue: string,
  openWorker: () => Promise<ConsumingWorker>,
  signal: AbortSignal,
  log: Logger,
): Promise<ConsumingWorker | undefined> {
  const onFailure = onceWhileItLasts((err) =>
    log.warn({ err, queue }, "The queue can't be worked on yet; trying again."),
  );
  for (let attempt = 0; !signal.aborted; attempt++) {
    const worker = await openWorker();
    try {
      await Promise.race([worker.waitUntilReady(), aborted(signal)]);
      if (!signal.aborted) {
        worker.run().catch((err) => log.error({ err, queue }, "A worker ended."));
        return worker;
      }
    } catch (error) {
      onFailure(error);
    }
    void worker.close().catch(() => undefined);
    await delay(fullJitterMs(attempt, RESTART), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function closeAll(
  started: readonly Promise<ConsumingWorker | undefined>[],
  opening: Promise<OpenConnection>,
  {
    boundMs,
    givingUp,
    log,
  }: { readonly boundMs: number; readonly givingUp: AbortController; readonly log: Logger },
): Promise<void> {
  const open = await opening;
  const closing = Promise.allSettled(started.map(async (worker) => (await worker)?.close()));
  try {
    await bounded(closing, boundMs, "Closing the workers");
  } catch (error) {
    log.error({ err: error }, "Some jobs did not end in time; another worker will run them again.");
    givingUp.abort();
    await bounded(closing, Math.min(HAND_OVER_MS, boundMs), "Giving jobs up").catch(() => undefined);
    void open.close().catch(() => undefined);
    return;
  }
  await open.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
