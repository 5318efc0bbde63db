import { randomBytes } from "node:crypto";
import type { Actor, Job, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import type { BeginnableJob } from "./long-job.ts";

export interface JobToBegin<Payload> {
  readonly job: BeginnableJob<Payload>;
  readonly payload: Payload;
  readonly createdBy: Actor;
  /** Of the request that asks for it; without one the job begins a trace of its own. */
  readonly traceparent: string | null;
}

/**
 * Begins a job in the caller's transaction: with it, or not at all. Nudge a worker once it is committed; one that is not nudged is found
 * within seconds.
 * @throws {AppError} "limit_reached" where too many of the tenant's wait or run already, "invalid_input"
 */
export async function beginJob<Payload extends object>(
  { jobs }: Pick<Writers, "jobs">,
  { job, payload, createdBy, traceparent }: JobToBegin<Payload>,
): Promise<Job> {
  await jobs.lockCounts();
  if ((await jobs.countUnfinished()) >= LIMITS.unfinishedJobs) {
    throw new AppError(
      "limit_reached",
      `${LIMITS.unfinishedJobs} jobs wait or run already; wait for one to end, or cancel one.`,
      { details: { limit: LIMITS.unfinishedJobs } },
    );
  }
  return jobs.create({
    kind: job.kind,
    payload: parseInput(job.payload, payload),
    createdBy,
    traceparent: traceparent ?? ownTrace(),
  });
}

function ownTrace(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
}
