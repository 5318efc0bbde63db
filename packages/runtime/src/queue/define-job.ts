import type { z } from "zod";
import type { JobRun } from "./job-run.ts";
import { QueueError } from "./queue-error.ts";

/** A kind of job: what is known of it first, then its work. */
export interface JobDefinition<Deps, Payload> {
  /** Imperative, as the file is called: `publish-ruleset`. */
  readonly name: string;
  readonly queue: string;
  /** Ids, not state: the work reads what is true when it runs. What goes in comes out: no transforms. */
  readonly payload: z.ZodType<Payload>;
  /**
   * Two jobs of one kind and id are one while the first waits or runs. A finished id is forgotten, and free
   * again. No ":", no spaces.
   */
  readonly jobId: (payload: Payload) => string;
  /** How often it is tried before it has failed for good. */
  readonly attempts: number;
  /** The ceiling of the first wait between tries; it doubles each time, and half of it is random. */
  readonly backoffMs: number;
  /** One sentence: why it does no harm that it runs twice, or again after it succeeded. */
  readonly mayRunTwice: string;
  readonly run: (deps: Deps, payload: Payload, run: JobRun) => Promise<void>;
}

/** A job as a worker sees it: it checks the payload itself. */
export interface RunnableJob<Deps> {
  readonly name: string;
  readonly queue: string;
  readonly attempts: number;
  /** @throws {QueueError} "invalid_payload", or whatever the work throws. */
  readonly perform: (deps: Deps, data: unknown, run: JobRun) => Promise<void>;
}

export type Job<Deps, Payload> = JobDefinition<Deps, Payload> & RunnableJob<Deps>;

const JOB_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const QUEUE_NAME = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/;

/** @throws {TypeError} for a definition that no queue would take. */
export function defineJob<Deps, Payload>(definition: JobDefinition<Deps, Payload>): Job<Deps, Payload> {
  const { name, queue, attempts, backoffMs, mayRunTwice, run } = definition;
  if (!JOB_NAME.test(name)) throw new TypeError(`Jobs have names-like-this, not ${name}.`);
  if (!QUEUE_NAME.test(queue)) throw new TypeError(`Queues have names-like-this or like.this, not ${queue}.`);
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new TypeError(`${name} must be tried at least once.`);
  if (mayRunTwice.trim() === "") throw new TypeError(`Say why ${name} may run twice: a queue does that.`);
  if (!(backoffMs >= 0)) throw new TypeError(`${name} can't wait ${backoffMs} ms.`);

  return Object.freeze({
    ...definition,
    perform: async (deps: Deps, data: unknown, jobRun: JobRun) =>
      run(deps, parsePayload(definition, data), jobRun),
  });
}

/** @throws {QueueError} "invalid_payload", saying where. */
export function parsePayload<Deps, Payload>(
  { name, payload }: JobDefinition<Deps, Payload>,
  data: unknown,
): Payload {
  const parsed = payload.safeParse(data);
  if (parsed.success) return parsed.data;

  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "payload"}: ${message}`,
  );
  throw new QueueError("invalid_payload", `The payload of ${name} is wrong. ${problems.join("; ")}`);
}
