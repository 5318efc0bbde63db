/** What tracked events say to the guards of plans that are under way: counts to add, by users who are told apart and not named. */
import type { GuardObservation, IncomingEvent, RolloutPlanId } from "@burgee/db";
import { stickinessText } from "@burgee/engine";
import { type Arms, armFinder } from "./arms.ts";
import { type EventMetric, type Guard, isOfEvents } from "./guard-input.ts";
import { classOf } from "./statistics/quantile-bounds.ts";

/** A plan whose step is watched since a moment. */
export interface Watch {
  readonly rolloutPlanId: RolloutPlanId;
  readonly environmentId: string;
  readonly step: number;
  readonly since: Date;
  readonly arms: Arms;
  readonly guards: readonly Guard[];
}

/** Of whom: to be exchanged for a pseudonym. */
export type Observation = GuardObservation & { readonly unit: string };

/** One a user and guard at most. Events from before the step are left out, by the clock of whoever tells of them and by the database's. */
export function observeEvents(
  events: readonly IncomingEvent[],
  watches: readonly Watch[],
): readonly Observation[] {
  const observations = new Map<string, Observation>();
  for (const watch of watches) {
    const armOf = armFinder(watch.arms);
    const guards = watch.guards.flatMap(({ metric, key, atMostValue }) =>
      isOfEvents(metric) ? [{ metric, guardKey: key, atMostValue }] : [],
    );
    for (const event of events) {
      if (event.environmentId !== watch.environmentId || isFromBefore(event, watch)) continue;
      const unit = unitOf(event, watch.arms.stickiness);
      const arm = unit === undefined ? undefined : armOf(unit);
      if (unit === undefined || arm === undefined) continue;
      for (const { metric, guardKey, atMostValue } of guards) {
        const seen = seenBy(metric, event, atMostValue);
        const key = JSON.stringify([watch.rolloutPlanId, guardKey, unit]);
        const before = observations.get(key);
        // Of several values of one user the first counts: what depends on each other is not to count as if it did not.
        if (!seen || (before && metric.type === "latency")) continue;
        const { rolloutPlanId, step, since } = watch;
        const observation = {
          rolloutPlanId,
          step,
          since,
          guardKey,
          arm,
          unit,
          receivedAt: event.receivedAt,
          ...seen,
        };
        observations.set(key, before ? together(before, observation) : observation);
      }
    }
  }
  return [...observations.values()];
}

type Seen = Pick<Observation, "isExposed" | "isHit" | "valueClass" | "isMeasured">;

function seenBy(
  metric: EventMetric,
  { name, value }: IncomingEvent,
  atMostValue: number | undefined,
): Seen | undefined {
  if (metric.type !== "latency") {
    const [isExposed, isHit] = [name === metric.exposure, name === metric.event];
    return isExposed || isHit ? { isExposed, isHit, valueClass: 0, isMeasured: false } : undefined;
  }
  if (name !== metric.event || value === null || value < 0) return undefined;
  const isHit = atMostValue !== undefined && value > atMostValue;
  return { isExposed: true, isHit, valueClass: classOf(value), isMeasured: true };
}

function together(one: Observation, other: Observation): Observation {
  return { ...one, isExposed: one.isExposed || other.isExposed, isHit: one.isHit || other.isHit };
}

function isFromBefore({ happenedAt, receivedAt }: IncomingEvent, { since }: Watch): boolean {
  return happenedAt < since || receivedAt < since;
}

function unitOf({ identifier, context }: IncomingEvent, stickiness: string): string | undefined {
  if (stickiness === "userId" || stickiness === "targetingKey") return identifier ?? undefined;
  return Object.hasOwn(context, stickiness) ? stickinessText(context[stickiness]) : undefined;
}
