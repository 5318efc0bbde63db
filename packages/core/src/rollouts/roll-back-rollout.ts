import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { LIMITS } from "../limits.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { isEdited, stopAsConflict } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";
import { rollBackTo } from "./roll-back-to.ts";

export const rollBackRolloutInput = z.strictObject({
  ...planCommand,
  /** The step whose share is to stand again; 0 for what was before the plan, which ends it. */
  toStep: z.int().min(0).max(LIMITS.rolloutTicks),
});

/**
 * Takes the share back to an earlier step, in one change. The plan is paused there; before its first step it is over. What a person edited is
 * not overwritten: from a conflict there is no way back but their own.
 * @throws {AppError} "version_conflict", "rollout_status", "rollout_ended", "rollout_step_unavailable"
 */
export function rollBackRollout(
  caller: Caller,
  input: z.output<typeof rollBackRolloutInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    demandStatus(held.plan, ["running", "paused"]);
    if (isEdited(held)) return stopAsConflict(held, "edited", { foundVersion: held.setting.version });

    const turned = await rollBackTo(held, { toStep: input.toStep, reason: "person" });
    const asked = personHappening(caller, held, "rollout.roll_back_asked", { toStep: input.toStep });
    return { ...turned, happenings: [asked, ...turned.happenings] };
  });
}
