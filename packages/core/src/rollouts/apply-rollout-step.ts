import {
  type Actor,
  type RolloutPlan,
  type RolloutPlanId,
  type Setting,
  type SettingState,
  TenantClosedError,
  type TenantId,
  type Toggle,
  type Writers,
} from "@burgee/db";
import type { Ports } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { changeSetting } from "../changes/change-settings.ts";
import { auditedSetting, auditedSettingChange } from "../settings/audited-setting.ts";

export interface StepToApply {
  readonly tenantId: TenantId;
  readonly rolloutPlanId: RolloutPlanId;
}

export type StepOutcome =
  | {
      readonly outcome: "applied";
      readonly step: number;
      readonly revision: number;
      readonly nextAfterMs: number | undefined;
    }
  | { readonly outcome: "not_due" | "conflict" };

/**
 * Applies a plan's next step if it is due, as an ordinary change by the actor `rollout`.
 * Safe to run twice, and by several workers at once: the plan moves by compare-and-set, its log holds a step once, and
 * only the database's clock says what is due.
 */
export async function applyRolloutStep(ports: Ports, target: StepToApply): Promise<StepOutcome> {
  const applied = await applyUnlessClosed(ports, target);
  if (!("environmentId" in applied)) return applied;

  const { environmentId, ...outcome } = applied;
  ports.nudge({ tenantId: target.tenantId, environmentId, revision: outcome.revision });
  if (outcome.nextAfterMs !== undefined) {
    ports.scheduleStep({ ...target, step: outcome.step + 1 }, outcome.nextAfterMs);
  }
  return outcome;
}

/** Nothing of a tenant that goes is due. Should it be kept, the sweep finds the step. */
async function applyUnlessClosed({ db }: Ports, target: StepToApply): ReturnType<typeof apply> {
  try {
    return await db.transact(target.tenantId, (writers) => apply(writers, target));
  } catch (error) {
    if (error instanceof TenantClosedError) return { outcome: "not_due" };
    throw error;
  }
}

type Applied = Extract<StepOutcome, { outcome: "applied" }> & Pick<RolloutPlan, "environmentId">;

async function apply(
  writers: Writers,
  { tenantId, rolloutPlanId }: StepToApply,
): Promise<Applied | Extract<StepOutcome, { outcome: "not_due" | "conflict" }>> {
  const found = await writers.rollouts.find(rolloutPlanId);
  if (!found) return { outcome: "not_due" };
  const environment = await writers.environments.lock(found.environmentId);
  // Read again under the lock: whoever held it may have applied this very step.
  const plan = await writers.rollouts.find(rolloutPlanId);
  const step = plan?.steps[plan.appliedSteps];
  if (!environment || !plan || !step || plan.status !== "running") return { outcome: "not_due" };

  const actor: Actor = `rollout:${rolloutPlanId}`;
  const toggle = await writers.toggles.find(plan.toggleId);
  const setting = await writers.settings.find(plan.environmentId, plan.toggleId);
  if (!toggle || !setting || isEdited(plan, setting)) {
    await writers.rollouts.end(rolloutPlanId, "conflict");
    await appendEntry(writers, tenantId, {
      actor,
      action: "rollout.conflicted",
      object: `rollout-plan/${rolloutPlanId}`,
      environmentId: plan.environmentId,
      after: { plannedVersion: plan.settingVersion, foundVersion: setting?.version ?? null },
    });
    return { outcome: "conflict" };
  }

  const nextAfterMs = plan.steps[plan.appliedSteps + 1]?.afterMs;
  const advanced = await writers.rollouts.advance(plan, {
    settingVersion: setting.version + 1,
    afterMs: nextAfterMs,
  });
  if (!advanced) return { outcome: "not_due" };

  const changed = await changeSetting(writers, {
    toggle,
    environment,
    actor,
    traceparent: null,
    expectedVersion: plan.settingVersion,
    next: ({ state }) => withPercentage(state, plan, step.buckets),
  });
  await writers.rollouts.logStep(rolloutPlanId, advanced.appliedSteps, step.buckets, changed.revision);
  await appendEntry(writers, tenantId, {
    actor,
    action: "rollout.step_applied",
    object: `toggle/${await projectKeyOf(writers, toggle)}/${toggle.key}`,
    environmentId: plan.environmentId,
    revision: changed.revision,
    before: auditedSetting(setting.state),
    after: auditedSettingChange(changed.setting.state, setting.state),
  });
  return {
    outcome: "applied",
    step: advanced.appliedSteps,
    revision: changed.revision,
    nextAfterMs,
    environmentId: plan.environmentId,
  };
}

/** A person's edit raised the version past the one that the plan's last step left. */
function isEdited(plan: RolloutPlan, setting: Setting): boolean {
  return setting.version !== plan.settingVersion || setting.state.archived;
}

/** Keeps the attribute that an earlier rollout of this setting hashed: whoever was in stays in. */
function withPercentage(state: SettingState, plan: RolloutPlan, buckets: number): SettingState {
  const stickiness = state.rollout?.type === "percentage" ? state.rollout.stickiness : "userId";
  return { ...state, rollout: { type: "percentage", variant: plan.variant, buckets, stickiness } };
}

async function projectKeyOf(writers: Writers, toggle: Toggle): Promise<string> {
  return (await writers.projects.find(toggle.projectId))?.key ?? toggle.projectId;
}
