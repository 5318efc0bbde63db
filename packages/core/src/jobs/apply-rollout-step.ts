import { z } from "zod";
import type { Ports } from "../access/caller.ts";
import { rolloutPlanId, tenantId } from "../ids.ts";
import { applyRolloutStep } from "../rollouts/apply-rollout-step.ts";

const payload = z.object({ tenantId, rolloutPlanId, step: z.int().positive(), version: z.int().positive() });

/**
 * Applies a rollout plan's next step. Put on the queue for the moment it falls due; a sweep finds what the queue lost.
 * May run twice, late or early: the plan is the state, the queue only wakes, and a step that is not due is left alone.
 */
export const applyRolloutStepJob = {
  name: "apply-rollout-step",
  queue: "rollouts",
  payload,
  /** With the plan's version, so that one that was paused and goes on does not meet the job of before. */
  jobId: ({ rolloutPlanId, step, version }: z.output<typeof payload>) =>
    `${rolloutPlanId}-${step}-${version}`,
  attempts: 8,
  backoffMs: 250,
  mayRunTwice: "The plan is the state, the queue only wakes, and a step that is not due is left alone.",
  run: async (ports: Ports, step: z.output<typeof payload>): Promise<void> => {
    await applyRolloutStep(ports, step);
  },
};
