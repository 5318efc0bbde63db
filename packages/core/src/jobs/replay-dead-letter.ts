import type { DeadLetter, Job, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import {
  deadLetterId,
  environmentId,
  jobId,
  noticeId,
  rolloutPlanId,
  scheduledChangeId,
  webhookId,
} from "../ids.ts";
import { type DeadLetterView, deadLetterView } from "./list-dead-letters.ts";
import { longJobOf } from "./long-jobs.ts";

export const replayDeadLetterInput = z.strictObject({ id: deadLetterId });

/** What is done once it is certain that the letter is replayed, and by nobody else. */
type Replay = () => void;

/**
 * Has what failed for good done again. A second replay of the same letter, also at the same moment, answers the same and does nothing.
 * @throws {AppError} "forbidden", "dead_letter_not_found", "dead_letter_stale"
 */
export async function replayDeadLetter(
  caller: Caller,
  { id }: z.output<typeof replayDeadLetterInput>,
): Promise<DeadLetterView> {
  const { db, person, requestId } = caller;
  demand(person, "job.manage", TENANT);
  let replay: Replay = () => undefined;
  const letter = await db.transact(person.tenantId, async (writers) => {
    const marked = await writers.deadLetters.markReplayed(id, actorOf(person));
    if (!marked) {
      replay = () => undefined;
      return demandLetter(await writers.deadLetters.find(id));
    }
    replay = await prepare(caller, writers, marked);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "dead_letter.replayed",
      object: `dead-letter/${id}`,
      requestId,
      after: { source: marked.source },
    });
    return marked;
  });
  replay();
  return deadLetterView(letter);
}

/** A queue that loses the nudge loses nothing: sweeps find jobs, steps and rulesets that are due. */
async function prepare(caller: Caller, writers: Writers, { source, payload }: DeadLetter): Promise<Replay> {
  const { person, nudge, nudgeJob, scheduleStep, scheduleChange } = caller;
  const { tenantId } = person;
  if (longJobOf(source)) {
    const job = await reopen(writers, payload);
    return () => nudgeJob({ tenantId, jobId: job.jobId, kind: job.kind });
  }
  if (source === "apply-rollout-step") {
    const step = readIds(stepPayload, payload);
    return () => scheduleStep({ tenantId, ...step }, 0);
  }
  if (source === "apply-scheduled-changes") {
    const change = readIds(changePayload, payload);
    return () => scheduleChange({ tenantId, ...change }, 0);
  }
  if (source === "publish-ruleset") {
    const target = readIds(rulesetPayload, payload);
    return () => nudge({ tenantId, ...target });
  }
  if (source === "deliver-webhook") {
    await resend(writers, payload);
    return () => undefined;
  }
  throw stale("Nobody knows any more how this kind of work is done again.");
}

const jobPayload = z.object({ jobId });
const stepPayload = z.object({ rolloutPlanId, step: z.int().positive(), version: z.int().positive() });
const changePayload = z.object({ environmentId, scheduledChangeId });
const deliveryPayload = z.object({ webhookId, noticeId });
const rulesetPayload = z.object({ environmentId, revision: z.int().min(0).default(0) });

async function reopen({ jobs }: Pick<Writers, "jobs">, payload: object): Promise<Job> {
  const job = await jobs.reopen(readIds(jobPayload, payload).jobId);
  if (!job) throw stale("The job is gone, or it was tried anew meanwhile.");
  return job;
}

/** Whoever delivers finds it: no queue knows of deliveries. */
async function resend({ webhooks }: Pick<Writers, "webhooks">, payload: object): Promise<void> {
  const { webhookId, noticeId } = readIds(deliveryPayload, payload);
  if ((await webhooks.replay(webhookId, noticeId)) > 0) return;
  throw stale("The webhook is gone, or what it was to be told was forgotten.");
}

function readIds<Ids>(schema: z.ZodType<Ids>, payload: object): Ids {
  const read = schema.safeParse(payload);
  if (!read.success) throw stale("What it was about is not there any more.");
  return read.data;
}

function stale(why: string): AppError {
  return new AppError("dead_letter_stale", `This can't be replayed. ${why}`);
}

function demandLetter(letter: DeadLetter | undefined): DeadLetter {
  if (letter) return letter;
  throw new AppError("dead_letter_not_found", "There is no such dead letter.");
}
