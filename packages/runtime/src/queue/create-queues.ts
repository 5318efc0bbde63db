import { bounded } from "../clock/bounded.ts";
import type { Logger } from "../log/create-logger.ts";
import { onceWhileItLasts } from "../log/once-while-it-lasts.ts";
import { type JobDefinition, parsePayload } from "./define-job.ts";
import type { JobOptions, OpenConnection, ProducingQueue, QueueConnection } from "./queue-connection.ts";
import { QueueError } from "./queue-error.ts";

/** The producing side: gives work to whichever process runs the workers. */
export interface Queues {
  /**
   * Adds a job, or nothing while one of its kind and id waits or runs.
   *
   * Fails within some 3 s when the queue can't be reached; what was on its way may have been added all the same.
   *
   * @throws {QueueError} "invalid_payload", "invalid_job_id", "queue_unavailable", "queue_closed"
   */
  enqueue<Deps, Payload>(
    job: JobDefinition<Deps, Payload>,
    payload: Payload,
    options?: EnqueueOptions,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface EnqueueOptions {
  readonly delayMs?: number;
  /** W3C trace context of what asks for it: lines that the job logs name its trace. */
  readonly traceparent?: string | null | undefined;
}

export interface QueuesOptions {
  readonly applicationName: string;
  readonly log: Logger;
}

const ENQUEUE_BOUND_MS = 3_000;
const CLOSE_BOUND_MS = 5_000;
const BACKOFF_JITTER = 0.5;
const FAILED_KEPT_SECONDS = 24 * 60 * 60;

/** Loads BullMQ and connects on first use: a process starts sooner, and while the queue is away. */
export function createQueues(connection: QueueConnection, { applicationName, log }: QueuesOptions): Queues {
  let opening: Promise<OpenConnection> | undefined;
  const queues = new Map<string, ProducingQueue>();
  const onError = onceWhileItLasts((err) => log.warn({ err }, "A queue reported an error."));
  let closed = false;

  /** A queue that did not become ready stays so for ever: the next caller gets a new one. */
  async function readyQueue(name: string): Promise<ProducingQueue> {
    opening ??= openToProduce(connection, { applicationName, log });
    const open = await opening;
    const queue = queues.get(name) ?? open.openQueue(name);
    if (!queues.has(name)) {
      queues.set(name, queue);
      queue.on("error", (error) => {
        if (!closed && !open.hasToldOf(error)) onError(error);
      });
    }
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      if (queues.get(name) === queue) queues.delete(name);
      await queue.close().catch(() => undefined);
      throw error;
    }
  }

  return {
    async enqueue(job, payload, options = {}) {
      if (closed) throw new QueueError("queue_closed", "The queues are closed.");
      const data = parsePayload(job, payload);
      const ofJob = jobOptions(job, job.jobId(data), options);
      try {
        // Apart, so that nothing piles up for the moment when the server is back.
        const queue = await bounded(readyQueue(job.queue), ENQUEUE_BOUND_MS, "Reaching the queue");
        await bounded(queue.add(job.name, data, ofJob), ENQUEUE_BOUND_MS, `Adding ${job.name}`);
      } catch (error) {
        throw new QueueError("queue_unavailable", `The queue did not take ${job.name}.`, { cause: error });
      }
    },

    async close() {
      if (closed) return;
      closed = true;
      const closing = Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await bounded(closing, CLOSE_BOUND_MS, "Closing the queues").catch((err) => log.warn({ err }));
      if (!opening) return;
      const open = await opening;
      await bounded(open.close(), CLOSE_BOUND_MS, "Closing the queues").catch((err) => log.warn({ err }));
    },
  };
}

async function openToProduce(connection: QueueConnection, options: QueuesOptions): Promise<OpenConnection> {
  const { openConnection } = await import("./queue-connection.ts");
  return openConnection(connection, { purpose: "produce", workers: 0, ...options });
}

/** Ids are the queue's, not the kind's, so the kind's name goes before. */
function jobOptions<Deps, Payload>(
  job: JobDefinition<Deps, Payload>,
  id: string,
  { delayMs = 0, traceparent }: EnqueueOptions,
): JobOptions {
  if (!/^[^:\s]{1,200}$/.test(id)) {
    throw new QueueError(
      "invalid_job_id",
      `A job's id has 1 to 200 characters, no ":" and no space; got ${id}.`,
    );
  }
  return {
    jobId: `${job.name}.${id}`,
    attempts: job.attempts,
    backoff: { type: "exponential", delay: job.backoffMs, jitter: BACKOFF_JITTER },
    ...(delayMs > 0 ? { delay: delayMs } : {}),
    ...(traceparent ? { telemetry: { metadata: traceparent } } : {}),
    removeOnComplete: true,
    removeOnFail: { age: FAILED_KEPT_SECONDS },
  };
}
