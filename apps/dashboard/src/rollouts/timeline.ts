/** A plan as points in time: what stood, as far as its log tells, and what is to come, as the server reckons it. */
import { type PlanWithLog, percentOfShare, type Simulated } from "./plan.ts";

export interface TimelinePoint {
  /** 0 for what stood before the plan. */
  readonly step: number;
  readonly atMs: number;
  readonly percent: number;
  readonly isPast: boolean;
  /** Whether it may come any time later. */
  readonly isEarliest: boolean;
}

export interface Timeline {
  readonly points: readonly TimelinePoint[];
  /** When the last hold is over, as far as that is known. */
  readonly endMs: number;
}

/** @param standing the percent before the plan */
export function timelineOf(
  simulated: Simulated,
  {
    standing,
    startMs,
    defaultVariant,
  }: { readonly standing: number; readonly startMs: number; readonly defaultVariant: string },
): Timeline {
  return {
    points: [
      { step: 0, atMs: startMs, percent: standing, isPast: false, isEarliest: false },
      ...futurePoints(simulated, 0, false, defaultVariant),
    ],
    endMs: Date.parse(simulated.completed.at),
  };
}

/**
 * @param rest what is to come of it; undefined once nothing is
 * @param isRestEarliest whether it waits for what may take any time
 */
export function timelineOfPlan(
  plan: PlanWithLog,
  {
    standing,
    rest,
    isRestEarliest,
    nowMs,
    defaultVariant,
  }: {
    readonly standing: number;
    readonly rest: Simulated | undefined;
    readonly isRestEarliest: boolean;
    readonly nowMs: number;
    readonly defaultVariant: string;
  },
): Timeline {
  const past = plan.log.map(({ step, at }): TimelinePoint => {
    const share = plan.steps[step - 1]?.share;
    const percent = share ? percentOfShare(share, defaultVariant) : standing;
    return { step, atMs: Date.parse(at), percent, isPast: true, isEarliest: false };
  });
  const future = rest ? futurePoints(rest, plan.appliedSteps, isRestEarliest, defaultVariant) : [];
  const ended = plan.endedAt === null ? nowMs : Date.parse(plan.endedAt);
  return {
    points: [...past, ...future],
    endMs: rest ? Date.parse(rest.completed.at) : ended,
  };
}

function futurePoints(
  { steps }: Simulated,
  applied: number,
  isAllEarliest: boolean,
  defaultVariant: string,
): readonly TimelinePoint[] {
  return steps.map(({ step, at, share, isEarliest }) => ({
    step: applied + step,
    atMs: Date.parse(at),
    percent: percentOfShare(share, defaultVariant),
    isPast: false,
    isEarliest: isAllEarliest || isEarliest,
  }));
}

/** What stands at a moment. */
export function percentAt({ points }: Timeline, atMs: number): number {
  return points.findLast((point) => point.atMs <= atMs)?.percent ?? points[0]?.percent ?? 0;
}
