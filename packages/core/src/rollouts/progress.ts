/**
 * When a plan's steps fall due, and how many at once: pure in the plan and the moment, so that what a worker does, what a simulation shows and what
 * people are told is one and the same.
 */
import type { RolloutPlan } from "@burgee/db";
import { nextOpening } from "./opening-hours.ts";

/** As much of a plan as decides when. */
export type Progress = Pick<
  RolloutPlan,
  "steps" | "window" | "startAt" | "appliedSteps" | "startedAt" | "appliedAt" | "rampAt" | "releasedAt"
>;

/** What the next step, or after the last one the plan's end, waits for. */
export type Due =
  | { readonly type: "at"; readonly at: Date }
  | { readonly type: "approval" }
  | { readonly type: "sample"; readonly least: number };

/** Of a plan that was started; windows aside. */
export function dueOf({ steps, startAt, appliedSteps, ...moments }: Progress): Due {
  const { startedAt, appliedAt, rampAt, releasedAt } = moments;
  const hold = steps[appliedSteps - 1]?.hold;
  if (!hold || !appliedAt) return { type: "at", at: latest(startedAt, startAt) };
  if (releasedAt) return { type: "at", at: releasedAt };

  switch (hold.type) {
    case "time":
      return { type: "at", at: after(appliedAt, hold.ms) };
    case "tick":
      return { type: "at", at: after(rampAt ?? appliedAt, hold.afterMs) };
    case "until":
      return { type: "at", at: new Date(hold.at) };
    case "sample":
      return { type: "sample", least: hold.least };
    case "approval":
      return { type: "approval" };
    default:
      return hold satisfies never;
  }
}

/** When the next step may be applied, from `now` on and through the window; null while that is not known. The end needs no window. */
export function nextAtOf(progress: Progress, now: Date): Date | null {
  const due = dueOf(progress);
  if (due.type !== "at") return null;
  const at = latest(due.at, now);
  const isEnd = progress.appliedSteps === progress.steps.length;
  return progress.window && !isEnd ? nextOpening(progress.window, at) : at;
}

/**
 * How many steps are applied once those that are due at `now` are: the next one, and each after it whose moment has passed as well by the clock
 * alone. What counts from its step's own application, an approval and a sample are never passed over.
 */
export function reach({ steps, appliedSteps, rampAt }: Progress, now: Date): number {
  let reached = appliedSteps + 1;
  while (reached < steps.length && isPast(steps[reached - 1]?.hold, rampStart(reached))) reached += 1;
  return reached;

  function rampStart(step: number): Date {
    return steps[step - 2]?.hold.type === "tick" ? (rampAt ?? now) : now;
  }

  function isPast(hold: RolloutPlan["steps"][number]["hold"] | undefined, ramp: Date): boolean {
    if (hold?.type === "tick") return after(ramp, hold.afterMs) <= now;
    if (hold?.type === "until") return new Date(hold.at) <= now;
    return hold?.type === "time" && hold.ms === 0;
  }
}

export type Position = Pick<RolloutPlan, "appliedSteps" | "appliedAt" | "rampAt" | "releasedAt">;

/** Where a plan stands once its first `reached` steps are applied, the last of them at `now`. */
export function applied({ steps, rampAt }: Progress, reached: number, now: Date): Position {
  const isOnRamp = steps[reached - 1]?.hold.type === "tick";
  const isAlongRamp = steps[reached - 2]?.hold.type === "tick";
  return {
    appliedSteps: reached,
    appliedAt: now,
    rampAt: isOnRamp ? ((isAlongRamp ? rampAt : null) ?? now) : null,
    releasedAt: null,
  };
}

/** Where it stands when it begins anew at a step that was applied before: a ramp goes on from there as it went. */
export function placedAt({ steps }: Pick<Progress, "steps">, step: number, now: Date): Position {
  const [before, hold] = [steps[step - 2]?.hold, steps[step - 1]?.hold];
  const along = before?.type === "tick" ? before.afterMs : 0;
  return {
    appliedSteps: step,
    appliedAt: step === 0 ? null : now,
    rampAt: hold?.type === "tick" ? after(now, -along) : null,
    releasedAt: null,
  };
}

export function after(moment: Date, ms: number): Date {
  return new Date(moment.getTime() + ms);
}

function latest(one: Date | null, other: Date | null): Date {
  return new Date(Math.max(one?.getTime() ?? 0, other?.getTime() ?? 0));
}
