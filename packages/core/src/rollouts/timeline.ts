/** When a plan's steps would fall, were it started at a moment and nobody in its way. */
import { after, applied, dueOf, nextAtOf, type Progress, reach } from "./progress.ts";

export interface Fall {
  /** The number of the step; the ones before it that are folded into the same change are named with it. */
  readonly step: number;
  readonly foldedSteps: readonly number[];
  readonly at: Date;
  /** Whether it waits for an approval or a sample before, and may be any time later. */
  readonly isEarliest: boolean;
}

export interface Timeline {
  readonly falls: readonly Fall[];
  readonly completed: Omit<Fall, "step" | "foldedSteps">;
}

/** Of a plan that is not started, or that goes on from where it is. */
export function timelineOf(plan: Progress, from: Date): Timeline {
  const falls: Fall[] = [];
  let progress: Progress = { ...plan, startedAt: plan.startedAt ?? from };
  let now = from;
  let isEarliest = false;
  for (;;) {
    if (dueOf(progress).type !== "at") {
      isEarliest = true;
      progress = { ...progress, releasedAt: now };
    }
    now = nextAtOf(progress, now) ?? after(now, 0);
    const { appliedSteps, steps } = progress;
    if (appliedSteps === steps.length) return { falls, completed: { at: now, isEarliest } };
    const step = reach(progress, now);
    const foldedSteps = Array.from(
      { length: step - appliedSteps - 1 },
      (_, index) => appliedSteps + index + 1,
    );
    falls.push({ step, foldedSteps, at: now, isEarliest });
    progress = { ...progress, ...applied(progress, step, now) };
  }
}
