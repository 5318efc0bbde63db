import type { Queue } from "bullmq";
import { bounded } from "../clock/bounded.ts";
import type { Logger } from "../log/create-logger.ts";
import { onceWhileItLasts } from "../log/once-while-it-lasts.ts";
import type { ProducingQueue, QueueConnection } from "./queue-connection.ts";

/** Queues as BullMQ's own objects, for a board that operators look at. */
export interface BoardQueues {
  readonly queues: readonly Queue[];
  close(): Promise<void>;
}

interface BoardQueuesOptions {
  readonly names: readonly string[];
  readonly applicationName: string;
  readonly log: Logger;
}

const READY_BOUND_MS = 3_000;

/** @throws {TimeoutError} while the queue's server is away */
export async function openBoardQueues(
  connection: QueueConnection,
  { names, applicationName, log }: BoardQueuesOptions,
): Promise<BoardQueues> {
  const { openConnection } = await import("./queue-connection.ts");
  const open = openConnection(connection, { purpose: "produce", workers: 0, applicationName, log });
  const onError = onceWhileItLasts((err) => log.warn({ err }, "A queue of the board reported an error."));
  const queues = names.map((name) => open.openQueue(name));
  const close = async () => {
    await Promise.allSettled(queues.map((queue) => queue.close()));
    await open.close();
  };
  for (const queue of queues) queue.on("error", onError);
  try {
    const ready = Promise.all(queues.map((queue) => queue.waitUntilReady()));
    await bounded(ready, READY_BOUND_MS, "Reaching the queue");
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return { queues: queues.filter(isShowable), close };
}

/** BullMQ's types know of queues on Redis alone; those on PostgreSQL are of the same class. */
function isShowable(queue: ProducingQueue): queue is ProducingQueue & Queue {
  return "getJobCounts" in queue;
}
