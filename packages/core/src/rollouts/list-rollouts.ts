import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, enterRolloutPlan, environmentScope } from "../access/scope.ts";
import { rolloutPlanId } from "../ids.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";
import { placeOf } from "./place-of.ts";
import { type RolloutLogView, type RolloutPlanView, rolloutLogView, rolloutPlanView } from "./plan-view.ts";

export const listRolloutsInput = z.strictObject({ ...environmentScope, toggle: toggleKey });
export const getRolloutInput = z.strictObject({ id: rolloutPlanId });

/** A toggle's rollout plans in one environment, newest first. */
export async function listRollouts(
  { db, person }: Caller,
  input: z.infer<typeof listRolloutsInput>,
): Promise<readonly RolloutPlanView[]> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggle = await findToggle(readers, project.projectId, input.toggle);
    const plans = await readers.rollouts.list(environment.environmentId, toggle.toggleId);
    const place = { toggle: toggle.key, environment: environment.key };
    return plans.map((plan) => rolloutPlanView(plan, place));
  });
}

export interface RolloutWithLog extends RolloutPlanView {
  /** What was done to the share, in that order. */
  readonly log: readonly RolloutLogView[];
}

/** One plan, with its log. @throws {AppError} "rollout_not_found" */
export async function getRollout(
  { db, person }: Caller,
  input: z.infer<typeof getRolloutInput>,
): Promise<RolloutWithLog> {
  return db.read(person.tenantId, async (readers) => {
    const plan = await enterRolloutPlan(readers, person, "toggle.read", input);
    const { toggle, environment } = await placeOf(readers, plan);
    const log = await readers.rollouts.listLog(plan.rolloutPlanId);
    const place = { toggle: toggle.key, environment: environment.key };
    return { ...rolloutPlanView(plan, place), log: log.map(rolloutLogView) };
  });
}
