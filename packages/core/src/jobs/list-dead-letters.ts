import type { Actor, DeadLetter } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { deadLetterId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { storedText } from "../names.ts";
import { longJobOf } from "./long-jobs.ts";

const LONGEST_SOURCE = 60;

export const listDeadLettersInput = z.strictObject({
  source: storedText(LONGEST_SOURCE).optional(),
  isReplayed: z.boolean().optional(),
  /** The last one of the page before. */
  before: deadLetterId.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface DeadLetterView {
  readonly id: string;
  /** The kind of job. */
  readonly source: string;
  /** What it was about: ids. */
  readonly payload: object;
  /** Null where what went wrong is the machinery's, of which operators alone read. */
  readonly error: string | null;
  readonly attempts: number;
  readonly at: string;
  readonly replayedAt: string | null;
  readonly replayedBy: Actor | null;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetterView[];
  /** Null at the end. */
  readonly nextBefore: string | null;
}

/** A page of what failed for good, newest first. */
export async function listDeadLetters(
  { db, person }: Caller,
  { source, isReplayed, before, limit }: z.output<typeof listDeadLettersInput>,
): Promise<DeadLetterPage> {
  demand(person, "job.manage", TENANT);
  const found = await db.read(person.tenantId, ({ deadLetters }) =>
    deadLetters.list({ source, isReplayed }, { before, limit: limit + 1 }),
  );
  const items = found.slice(0, limit).map(deadLetterView);
  return { items, nextBefore: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export function deadLetterView(letter: DeadLetter): DeadLetterView {
  const { deadLetterId, source, payload, error, attempts, createdAt, replayedAt, replayedBy } = letter;
  return {
    id: deadLetterId,
    source,
    payload,
    error: longJobOf(source) ? error : null,
    attempts,
    at: createdAt.toISOString(),
    replayedAt: replayedAt?.toISOString() ?? null,
    replayedBy,
  };
}
