import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { moment, planInput, unfoldAll } from "./plan-input.ts";
import { type RolloutStepView, shareView } from "./plan-view.ts";
import { timelineOf } from "./timeline.ts";

export const simulateRolloutInput = z.strictObject({
  ...environmentScope,
  ...planInput,
  /** When it would be started; now where left out. */
  from: moment.optional(),
});

export interface RolloutTimelineView {
  readonly steps: readonly SimulatedStepView[];
  readonly completed: { readonly at: string; readonly isEarliest: boolean };
}

export interface SimulatedStepView extends Pick<RolloutStepView, "share" | "audience"> {
  readonly step: number;
  /** Earlier ones that never stand by themselves. */
  readonly foldedSteps: readonly number[];
  readonly at: string;
  /** Whether an approval or a sample comes before it, which may take any time. */
  readonly isEarliest: boolean;
}

/** The times at which a plan's steps would be applied, through its window. Makes nothing. @throws {AppError} "invalid_input" */
export async function simulateRollout(
  { db, person }: Caller,
  input: z.output<typeof simulateRolloutInput>,
): Promise<RolloutTimelineView> {
  const from = await db.read(person.tenantId, async (readers) => {
    await enterEnvironment(readers, person, "toggle.read", input);
    return input.from === undefined ? readers.rollouts.now() : new Date(input.from);
  });
  const read = input.steps.map((step) => ({ ...step, audience: step.audience ?? null }));
  const { steps } = unfoldAll(read, undefined);
  if (steps.length > LIMITS.rolloutTicks) {
    const message = `With their parts these are ${steps.length} steps; at most ${LIMITS.rolloutTicks} are kept.`;
    throw refuse([{ pointer: "/steps", code: "too_big", message }]);
  }

  const startAt = input.startAt === undefined ? null : new Date(input.startAt);
  const nothing = { appliedSteps: 0, startedAt: null, appliedAt: null, rampAt: null, releasedAt: null };
  const { falls, completed } = timelineOf({ steps, window: input.window ?? null, startAt, ...nothing }, from);
  return {
    steps: falls.flatMap(({ at, step, ...fall }) => {
      const applied = steps[step - 1];
      if (!applied) return [];
      const { share, audience } = applied;
      return { step, ...fall, at: at.toISOString(), share: shareView(share), audience };
    }),
    completed: { ...completed, at: completed.at.toISOString() },
  };
}
