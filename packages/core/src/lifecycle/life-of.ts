/** How far a toggle is in its life, and whether it should be looked at: worked out of what is known, without a clock of its own. */
import type { LifeDays, LifeStage, Setting, SettingState, ToggleLife } from "@burgee/db";
import { BUCKETS } from "@burgee/engine";

/** Of one toggle, over all environments of its project. */
export interface Evidence {
  readonly createdAt: Date;
  /** The last day on which it is expected to be needed, `YYYY-MM-DD` in UTC. */
  readonly expectedEnd: string | null;
  readonly settings: readonly Pick<Setting, "state" | "updatedAt">[];
  /** The hour in which an SDK last told of an evaluation. */
  readonly lastSeenAt: Date | null;
}

export type FoundLife = Pick<ToggleLife, "stage" | "stageSince" | "lastSeenAt" | "staleSince">;

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param before what was found the last time */
export function lifeOf(
  evidence: Evidence,
  days: LifeDays,
  now: Date,
  before?: Pick<ToggleLife, "stage" | "stageSince" | "staleSince">,
): FoundLife {
  const { lastSeenAt } = evidence;
  const { stage, since, isStale } = stageOf(evidence, days, now);
  const isSameStage = before?.stage === stage;
  return {
    stage,
    stageSince: since ?? (isSameStage ? before.stageSince : now),
    lastSeenAt,
    staleSince: isStale ? (before?.staleSince ?? now) : null,
  };
}

interface Stage {
  readonly stage: LifeStage;
  /** Undefined where only who looks again can tell. */
  readonly since?: Date;
  readonly isStale: boolean;
}

function stageOf(
  { createdAt, expectedEnd, settings, lastSeenAt }: Evidence,
  { settledAfterDays, unseenAfterDays }: LifeDays,
  now: Date,
): Stage {
  if (expectedEnd !== null && expectedEnd < now.toISOString().slice(0, 10)) {
    return { stage: "past_end", since: later(new Date(expectedEnd), 1), isStale: true };
  }
  if (lastSeenAt === null) {
    const unseen = later(createdAt, unseenAfterDays);
    return unseen <= now
      ? { stage: "never_seen", since: unseen, isStale: true }
      : { stage: "new", since: createdAt, isStale: false };
  }
  const settled = settledStage(settings.map(({ state }) => state));
  if (!settled) return { stage: "live", isStale: false };
  const since = new Date(Math.max(...settings.map(({ updatedAt }) => updatedAt.getTime())));
  return { stage: settled, since, isStale: later(since, settledAfterDays) <= now };
}

/** Undefined where somebody is served something else than others, or elsewhere. */
function settledStage(states: readonly SettingState[]): LifeStage | undefined {
  if (states.length === 0) return undefined;
  if (states.every(({ enabled }) => !enabled)) return "fully_off";
  const served = new Set(states.map(servedToAll));
  return served.size === 1 && !served.has(undefined) ? "fully_on" : undefined;
}

/** The one variant that everybody gets. */
function servedToAll(state: SettingState): string | undefined {
  const { enabled, rules, rollout, targets = {}, prerequisites = [], defaultVariant } = state;
  if (!enabled || rules.length > 0 || prerequisites.length > 0 || Object.keys(targets).length > 0)
    return undefined;
  if (rollout === null) return defaultVariant;
  if (rollout.type === "percentage") {
    const isWhole = rollout.buckets === BUCKETS || rollout.variant === defaultVariant;
    return isWhole ? rollout.variant : undefined;
  }
  const variants = new Set(
    rollout.type === "split" ? rollout.slices.map(([variant]) => variant) : [rollout.variant],
  );
  return variants.size === 1 ? [...variants][0] : undefined;
}

function later(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}
