import type { Actor, Environment, RolloutPlan, Toggle, Writers } from "@burgee/db";
import type { Person } from "../access/caller.ts";
import { actorOf } from "../access/caller.ts";
import { appendEntries } from "../audit/append-entry.ts";
import { announceTurn } from "./announce-turn.ts";
import { STILL } from "./held-plan.ts";

interface Edit {
  readonly person: Pick<Person, "tenantId" | "userId">;
  /** Left out, the person. */
  readonly actor?: Actor;
  readonly environment: Environment;
  readonly toggle: Toggle;
  readonly requestId: string | null;
  /** Of the setting, as the edit leaves it. */
  readonly version: number;
}

/**
 * Stops the plan that was raising a share which a person has now edited, be it paused or not: its next step would overwrite the edit. In the edit's
 * own transaction, under its locks.
 */
export async function stopOverrunPlan(writers: Writers, edit: Edit): Promise<void> {
  const { environmentId } = edit.environment;
  const plan = await writers.rollouts.findOpen(environmentId, edit.toggle.toggleId);
  if (!plan || plan.status === "conflict") return;

  const details = { plannedVersion: plan.settingVersion, foundVersion: edit.version };
  const stoppedAt = await writers.rollouts.now();
  const stopped = await writers.rollouts.move(plan, {
    status: "conflict",
    reason: "edited",
    stoppedAt,
    ...STILL,
  });
  await tell(writers, edit, [stopped ?? plan], "rollout.conflicted", details);
}

/** Ends every plan of a toggle that is being archived, in the archiving transaction. */
export async function abortPlansOf(writers: Writers, edit: Edit): Promise<void> {
  const { environmentId } = edit.environment;
  const open = await writers.rollouts.findOpen(environmentId, edit.toggle.toggleId);
  const pending = await writers.rollouts.listPending(environmentId, edit.toggle.toggleId);
  const plans = open ? [open, ...pending] : pending;
  if (plans.length === 0) return;

  const endedAt = await writers.rollouts.now();
  for (const plan of plans)
    await writers.rollouts.move(plan, { status: "aborted", reason: "archived", endedAt, ...STILL });
  await tell(writers, edit, plans, "rollout.aborted", { reason: "archived" });
}

async function tell(
  writers: Writers,
  { person, actor = actorOf(person), environment, toggle, requestId }: Edit,
  plans: readonly RolloutPlan[],
  action: string,
  after: object,
): Promise<void> {
  for (const plan of plans) await announceTurn(writers, { plan, toggle, happenings: [{ action, actor }] });
  const told = plans.map(({ rolloutPlanId }) => ({
    actor,
    action,
    object: `rollout-plan/${rolloutPlanId}`,
    environmentId: environment.environmentId,
    requestId,
    after,
  }));
  await appendEntries(writers, person.tenantId, told);
}
