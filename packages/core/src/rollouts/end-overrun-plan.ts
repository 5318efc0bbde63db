import type { Actor, Environment, Toggle, Writers } from "@burgee/db";
import type { Person } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";

interface Edit {
  readonly person: Person;
  readonly actor: Actor;
  readonly environment: Environment;
  readonly toggle: Toggle;
  readonly requestId: string;
  /** Of the setting, as the edit leaves it. */
  readonly version: number;
}

/**
 * Ends the plan that was raising a percentage which a person has now edited: its next step would be a conflict, and
 * until then it would keep another plan from starting. In the edit's own transaction, after its other locks.
 */
export async function endOverrunPlan(
  writers: Writers,
  { person, actor, environment, toggle, requestId, version }: Edit,
): Promise<void> {
  const { environmentId } = environment;
  const ended = await writers.rollouts.endOfToggle(environmentId, toggle.toggleId, "conflict");
  if (!ended) return;

  await appendEntry(writers, person.tenantId, {
    actor,
    action: "rollout.conflicted",
    object: `rollout-plan/${ended.rolloutPlanId}`,
    environmentId,
    requestId,
    after: { plannedVersion: ended.settingVersion, foundVersion: version },
  });
}
