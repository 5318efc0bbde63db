import type { Environment, Readers, RolloutPlan, Toggle } from "@burgee/db";

/** What a plan is of, and where: both outlive it. */
export async function placeOf(
  { toggles, environments }: Pick<Readers, "toggles" | "environments">,
  { toggleId, environmentId }: Pick<RolloutPlan, "toggleId" | "environmentId">,
): Promise<{ readonly toggle: Toggle; readonly environment: Environment }> {
  const [toggle, environment] = [await toggles.find(toggleId), await environments.find(environmentId)];
  if (!toggle || !environment)
    throw new Error("A plan is of a toggle and an environment that are not there.");
  return { toggle, environment };
}
