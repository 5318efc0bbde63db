import type { LifeDays, LifeStage } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterWholeProject, projectScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey } from "../names.ts";

export const listLivesInput = z.strictObject({
  ...projectScope,
  stage: z.enum(["new", "live", "never_seen", "fully_on", "fully_off", "past_end"]).optional(),
  /** Whether they should be looked at. */
  stale: z.boolean().optional(),
  /** The `nextCursor` of the page before. */
  cursor: toggleKey.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface ToggleLifeView {
  readonly key: string;
  readonly createdAt: string;
  /** The last day on which it is expected to be needed. */
  readonly expectedEnd: string | null;
  /** Null before anybody looked: a worker does, each night. */
  readonly life: {
    readonly stage: LifeStage;
    readonly since: string;
    /** The hour in which an SDK last told of an evaluation, of the time that usage is kept. */
    readonly lastSeenAt: string | null;
    /** Since when it should be looked at; null while it need not. */
    readonly staleSince: string | null;
    readonly lookedAt: string;
  } | null;
}

export interface ToggleLifePage {
  readonly items: readonly ToggleLifeView[];
  readonly nextCursor: string | null;
  /** After how many days this project's toggles are called stale. */
  readonly days: LifeDays;
}

/** A page of a project's toggles in key order, with how far each is in its life over all environments. */
export async function listLives(
  { db, person }: Caller,
  input: z.output<typeof listLivesInput>,
): Promise<ToggleLifePage> {
  return db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterWholeProject(readers, person, "toggle.read", input);
    const { stage, stale: isStale, cursor: after, limit } = input;
    const found = await readers.lives.list({ projectId, stage, isStale, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      items: page.map(({ key, createdAt, expectedEnd, life }) => ({
        key,
        createdAt: createdAt.toISOString(),
        expectedEnd,
        life: life && {
          stage: life.stage,
          since: life.stageSince.toISOString(),
          lastSeenAt: life.lastSeenAt?.toISOString() ?? null,
          staleSince: life.staleSince?.toISOString() ?? null,
          lookedAt: life.lookedAt.toISOString(),
        },
      })),
      nextCursor: found.length > page.length ? (page.at(-1)?.key ?? null) : null,
      days: await readers.lives.findDays(projectId),
    };
  });
}
