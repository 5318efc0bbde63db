import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { move, STILL } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";

export const pauseRolloutInput = z.strictObject(planCommand);

/** Stops a plan where it is, until it is resumed. @throws {AppError} "version_conflict", "rollout_status", "rollout_ended" */
export function pauseRollout(
  caller: Caller,
  input: z.output<typeof pauseRolloutInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    demandStatus(held.plan, ["ready", "running"]);
    const plan = await move(held, { status: "paused", reason: "person", stoppedAt: held.now, ...STILL });
    return { plan, happenings: [personHappening(caller, held, "rollout.paused")] };
  });
}
