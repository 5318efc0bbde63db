/** The one way in which a plan changes a setting: each time an ordinary change, with the plan's own move and log in the same transaction. */
import type { RolloutLogEntry, RolloutPlan, RolloutReason, RolloutStep, SettingState } from "@burgee/db";
import { type Changed, changeSetting } from "../changes/change-settings.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { auditedSetting, auditedSettingChange } from "../settings/audited-setting.ts";
import { variantsServed } from "../settings/variants-served.ts";
import { type HeldPlan, move, rolloutActor, STILL, stopAsConflict, type Turned } from "./held-plan.ts";
import { after, applied, dueOf, nextAtOf, type Position, reach } from "./progress.ts";
import { excessOf, withSteps } from "./raise-share.ts";

/** How often a plan is looked at whose next step depends on more than the clock. */
export const LOOK_EVERY_MS = 5_000;

/**
 * Applies the next step, and with it those that are overdue as well. Where that can't be, the plan is stopped and the setting left as it is.
 * @param evidence what let it go on
 */
export async function applySteps(held: HeldPlan, evidence: object | null): Promise<Turned> {
  const { plan, setting, now } = held;
  const reached = reach(plan, now);
  const steps = plan.steps.slice(plan.appliedSteps, reached);
  const state = withSteps(setting.state, plan, steps);
  const hindrance = await hindranceOf(held, state, steps);
  if (hindrance) return stopAsConflict(held, hindrance.reason, { note: hindrance.note });

  const position = applied(plan, reached, now);
  const isCompleted = isOver({ ...plan, ...position }, now);
  const moved = await move(held, {
    ...position,
    settingVersion: setting.version + 1,
    reason: null,
    ...(isCompleted
      ? { status: "completed", endedAt: now, ...STILL }
      : underWay({ ...plan, ...position }, now)),
  });
  const changed = await changeShare(held, state);
  const folded = steps.slice(0, -1).map((_, index) => plan.appliedSteps + index + 1);
  await logShare(held, moved, changed, { kind: "applied", foldedSteps: folded, evidence });
  return {
    plan: moved,
    revision: changed.revision,
    happenings: [
      await changeHappening(held, changed, "rollout.step_applied", { step: reached, foldedSteps: folded }),
      ...(isCompleted ? [completion(held)] : []),
    ],
  };
}

/** Ends a plan whose last step was held long enough. */
export async function completePlan(held: HeldPlan): Promise<Turned> {
  const plan = await move(held, { status: "completed", endedAt: held.now, ...STILL });
  return { plan, happenings: [completion(held)] };
}

/** How a plan that goes on from a position is waited for. */
export function underWay(plan: RolloutPlan, now: Date) {
  const nextAt = nextAtOf(plan, now);
  const isLookedAt = (plan.guards.length > 0 && plan.appliedSteps > 0) || dueOf(plan).type === "sample";
  const look = after(now, LOOK_EVERY_MS);
  const lookAt = isLookedAt && (nextAt === null || look < nextAt) ? look : nextAt;
  const status: RolloutPlan["status"] = plan.appliedSteps === 0 ? "ready" : "running";
  return { status, nextAt, lookAt };
}

export function changeShare({ writers, plan, ...held }: HeldPlan, state: SettingState): Promise<Changed> {
  const { toggle, environment, setting } = held;
  return changeSetting(writers, {
    toggle,
    environment,
    actor: rolloutActor(plan),
    traceparent: null,
    expectedVersion: setting.version,
    next: () => state,
  });
}

export function logShare(
  { writers, now }: HeldPlan,
  { rolloutPlanId, run, appliedSteps }: RolloutPlan,
  { setting, revision }: Pick<Changed, "setting" | "revision">,
  entry: Pick<RolloutLogEntry, "kind"> & Partial<Pick<RolloutLogEntry, "foldedSteps" | "evidence">>,
): Promise<void> {
  return writers.rollouts.log(rolloutPlanId, {
    run,
    step: appliedSteps,
    settingVersion: setting.version,
    revision,
    appliedAt: now,
    foldedSteps: [],
    evidence: null,
    ...entry,
  });
}

export async function changeHappening(
  { writers, plan, toggle }: HeldPlan,
  { environment, before, setting, revision }: Changed,
  action: string,
  details: object,
) {
  const project = await writers.projects.find(toggle.projectId);
  return {
    actor: rolloutActor(plan),
    action,
    object: `toggle/${project?.key ?? toggle.projectId}/${toggle.key}`,
    environmentId: environment.environmentId,
    revision,
    before: before && auditedSetting(before.state),
    after: { ...auditedSettingChange(setting.state, before?.state), ...details },
  };
}

function completion({ plan, environment }: HeldPlan) {
  return {
    actor: rolloutActor(plan),
    action: "rollout.completed",
    object: `rollout-plan/${plan.rolloutPlanId}`,
    environmentId: environment.environmentId,
  };
}

function isOver(plan: RolloutPlan & Position, now: Date): boolean {
  if (plan.appliedSteps < plan.steps.length) return false;
  const due = dueOf(plan);
  return due.type === "at" && due.at <= now;
}

interface Hindrance {
  readonly reason: RolloutReason;
  readonly note: string;
}

/** What was right when the plan was made, and is no more. What would be published in vain is not written. */
async function hindranceOf(
  { writers, toggle }: HeldPlan,
  state: SettingState,
  steps: readonly RolloutStep[],
): Promise<Hindrance | undefined> {
  const missing = variantsServed(state).find((variant) => !Object.hasOwn(toggle.variants, variant));
  if (missing !== undefined)
    return { reason: "variant_missing", note: `There is no variant ${missing} any more.` };
  const excess = excessOf(state);
  if (excess !== undefined) return { reason: "limit_reached", note: excess };

  const audiences = steps.flatMap(({ audience }) => audience ?? []);
  if (audiences.length === 0) return undefined;
  const conditions = await conditionReaderOf(writers, toggle.projectId);
  for (const audience of audiences) conditions.read("/audience", audience);
  const [issue] = conditions.issues;
  return issue && { reason: "audience_unknown", note: issue.message };
}
