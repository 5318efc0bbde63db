import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey } from "../names.ts";
import { findLiveToggle } from "../toggles/find-live-toggle.ts";
import { planInput, toPlan } from "./plan-input.ts";
import { type RolloutPlanView, rolloutPlanView } from "./plan-view.ts";

export const createRolloutInput = z.strictObject({ ...environmentScope, toggle: toggleKey, ...planInput });

/**
 * Makes a plan of a toggle in one environment. Nothing changes before it is started.
 * @throws {AppError} "toggle_not_found", "toggle_archived", "invalid_input", "limit_reached"
 */
export async function createRollout(
  caller: Caller,
  input: z.output<typeof createRolloutInput>,
): Promise<RolloutPlanView> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "rollout.write", input);
    const { environmentId } = environment;
    await writers.environments.lock(environmentId);
    const toggle = await findLiveToggle(writers, project.projectId, input.toggle);
    const setting = await writers.settings.find(environmentId, toggle.toggleId);
    if (!setting) throw new AppError("toggle_not_found", `The toggle ${toggle.key} has no setting here.`);
    const pending = await writers.rollouts.listPending(environmentId, toggle.toggleId);
    if (pending.length >= LIMITS.pendingRollouts) {
      const message = `${toggle.key} has ${pending.length} plans that were not started, the most there can be; abort one first.`;
      throw new AppError("limit_reached", message);
    }

    const conditions = await conditionReaderOf(writers, project.projectId);
    const definition = toPlan(input, toggle, conditions, setting.state);
    const plan = await writers.rollouts.create(
      { environmentId, toggleId: toggle.toggleId, ...definition },
      actorOf(person),
    );
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "rollout.created",
      object: `rollout-plan/${plan.rolloutPlanId}`,
      environmentId,
      requestId,
      after: { toggle: toggle.key, ...definition },
    });
    return rolloutPlanView(plan, { toggle: toggle.key, environment: environment.key });
  });
}
