import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { move, STILL } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";

export const abortRolloutInput = z.strictObject(planCommand);

/** Ends a plan; the share stays where it is. @throws {AppError} "version_conflict", "rollout_ended" */
export function abortRollout(
  caller: Caller,
  input: z.output<typeof abortRolloutInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    demandStatus(held.plan, ["pending", "ready", "running", "paused", "conflict"]);
    const plan = await move(held, { status: "aborted", reason: "person", endedAt: held.now, ...STILL });
    return { plan, happenings: [personHappening(caller, held, "rollout.aborted")] };
  });
}
