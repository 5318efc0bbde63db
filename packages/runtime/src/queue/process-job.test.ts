import { DelayedError } from "bullmq";
import { expect, test } from "vitest";
import { z } from "zod";
import { createLogger } from "../log/create-logger.ts";
import { defineJob } from "./define-job.ts";
import { createProcessor, type JobFailure } from "./process-job.ts";
import type { QueuedJob } from "./queue-connection.ts";

const log = createLogger({ level: "silent", name: "test" });
const failing = defineJob<object, object>({
  name: "fail",
  queue: "tests",
  payload: z.strictObject({}),
  jobId: () => "1",
  attempts: 3,
  backoffMs: 0,
  mayRunTwice: "It does nothing.",
  run: async () => {
    throw new Error("It fails.");
  },
});

test("leaves a failure to the queue while tries are left", async () => {
  const failures: JobFailure[] = [];
  const process = processor(async (failure) => void failures.push(failure));

  await expect(process(queued({ attemptsMade: 1 }))).rejects.toThrow("It fails.");

  expect(failures).toEqual([]);
});

test("reports the last failure, and is done with the job", async () => {
  const failures: JobFailure[] = [];
  const process = processor(async (failure) => void failures.push(failure));

  await expect(process(queued({ attemptsMade: 2 }))).resolves.toBeUndefined();

  expect(failures).toMatchObject([{ job: "fail", id: "fail.1", cause: { message: "It fails." } }]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("no database"))],
  [
    "throws",
    () => {
      throw new Error("no database");
    },
  ],
])("puts the job off when the report %s, so that the failure is not lost", async (_, onFailedForGood) => {
  const delayedUntil: number[] = [];
  const process = processor(onFailedForGood);
  const moveToDelayed = async (timestamp: number) => void delayedUntil.push(timestamp);

  await expect(process(queued({ attemptsMade: 2, moveToDelayed }))).rejects.toBeInstanceOf(DelayedError);

  expect(delayedUntil).toEqual([expect.any(Number)]);
});

test("leaves to others what it is handed when it takes no more jobs", async () => {
  const delayedUntil: number[] = [];
  const failures: JobFailure[] = [];
  const process = processor(async (failure) => void failures.push(failure), AbortSignal.abort());
  const moveToDelayed = async (timestamp: number) => void delayedUntil.push(timestamp);

  await expect(process(queued({ attemptsMade: 2, moveToDelayed }))).rejects.toBeInstanceOf(DelayedError);

  expect(delayedUntil).toHaveLength(1);
  expect(delayedUntil[0]).toBeLessThanOrEqual(Date.now());
  expect(failures).toEqual([]);
});

const NEVER = new AbortController().signal;

function processor(onFailedForGood: (failure: JobFailure) => Promise<void>, stopping = NEVER) {
  return createProcessor([failing], { deps: {}, onFailedForGood, stopping, signal: NEVER, log });
}

function queued(change: Partial<QueuedJob>): QueuedJob {
  return {
    name: "fail",
    queueName: "tests",
    id: "fail.1",
    data: {},
    opts: { attempts: 3 },
    attemptsMade: 0,
    attemptsStarted: (change.attemptsMade ?? 0) + 1,
    moveToDelayed: async () => {},
    updateProgress: async () => {},
    ...change,
  };
}
