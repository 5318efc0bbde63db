import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";
import { type RolloutPlanView, rolloutPlanView } from "./start-rollout.ts";

export const listRolloutsInput = z.strictObject({ ...environmentScope, toggle: toggleKey });

/** A toggle's rollout plans in one environment, newest first. */
export async function listRollouts(
  { db, person }: Caller,
  input: z.infer<typeof listRolloutsInput>,
): Promise<readonly RolloutPlanView[]> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggle = await findToggle(readers, project.projectId, input.toggle);
    const plans = await readers.rollouts.list(environment.environmentId, toggle.toggleId);
    return plans.map(rolloutPlanView);
  });
}
