import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterRolloutPlan } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { rolloutPlanId } from "../ids.ts";
import { type RolloutPlanView, rolloutPlanView } from "./start-rollout.ts";

export const cancelRolloutInput = z.strictObject({ id: rolloutPlanId });

/**
 * Ends a running plan; the percentage stays where it is.
 * @throws {AppError} "rollout_not_found", "rollout_ended"
 */
export async function cancelRollout(
  caller: Caller,
  input: z.infer<typeof cancelRolloutInput>,
): Promise<RolloutPlanView> {
  const { db, person } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { environmentId } = await enterRolloutPlan(writers, person, "rollout.write", input);
    await writers.environments.lock(environmentId);
    const ended = await writers.rollouts.end(input.id, "cancelled");
    if (!ended) throw new AppError("rollout_ended", "This rollout plan has ended before.");

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "rollout.cancelled",
      object: `rollout-plan/${input.id}`,
      environmentId: ended.environmentId,
      requestId: caller.requestId,
    });
    return rolloutPlanView(ended);
  });
}
