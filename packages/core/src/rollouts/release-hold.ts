/** How people end what a plan waits for. */
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { applySteps, completePlan, underWay } from "./apply-steps.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { isEdited, move, stopAsConflict } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";
import { dueOf } from "./progress.ts";

export const approveStepInput = z.strictObject(planCommand);
export const skipHoldInput = z.strictObject(planCommand);

/**
 * Gives the approval that a plan waits for: its next step is due from now on, through its window.
 * @throws {AppError} "version_conflict", "rollout_status", "rollout_ended", "rollout_not_waiting"
 */
export function approveStep(
  caller: Caller,
  input: z.output<typeof approveStepInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    const { plan, now } = held;
    demandStatus(plan, ["running"]);
    if (dueOf(plan).type !== "approval") {
      const message = "The plan waits for no approval now.";
      throw new AppError("rollout_not_waiting", message, { details: { appliedSteps: plan.appliedSteps } });
    }
    const moved = await move(held, { releasedAt: now, ...underWay({ ...plan, releasedAt: now }, now) });
    const step = { step: plan.appliedSteps };
    return { plan: moved, happenings: [personHappening(caller, held, "rollout.approved", step)] };
  });
}

/**
 * Ends the hold of the last step, whatever it is, and applies the next one at once, outside of the window too; after the last step, ends the plan.
 * Guards are not asked: it is a person who says so, and the trail names them.
 * @throws {AppError} "version_conflict", "rollout_status", "rollout_ended", "limit_reached"
 */
export function skipHold(caller: Caller, input: z.output<typeof skipHoldInput>): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    const { plan, setting } = held;
    demandStatus(plan, ["ready", "running"]);
    if (isEdited(held)) return stopAsConflict(held, "edited", { foundVersion: setting.version });

    const skipped = personHappening(caller, held, "rollout.hold_skipped", { step: plan.appliedSteps });
    const isLast = plan.appliedSteps === plan.steps.length;
    const turned = isLast ? await completePlan(held) : await applySteps(held, null);
    return { ...turned, happenings: [skipped, ...turned.happenings] };
  });
}
