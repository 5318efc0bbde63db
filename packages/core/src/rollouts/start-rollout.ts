import type { RolloutPlan, Setting, Toggle } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { demandVersion } from "../changes/change-settings.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey, version } from "../names.ts";
import { bucketsOf, percentage, percentOf } from "../settings/rollout-input.ts";
import { findLiveToggle } from "../toggles/find-live-toggle.ts";

const step = z.strictObject({
  percentage,
  /** How long after the step before it was applied; for the first, after the start. */
  afterMs: z.int().min(0).max(LIMITS.rolloutStepDelayMs),
});

export const startRolloutInput = z
  .strictObject({
    ...environmentScope,
    toggle: toggleKey,
    /** The version of the setting that the caller has seen. */
    expectedVersion: version,
    /** What is rolled out; a boolean toggle's is `on`. */
    variant: z.string().max(64).default("on"),
    steps: z.array(step).min(1, "Give at least one step.").max(LIMITS.rolloutSteps),
  })
  .refine(
    ({ steps }) =>
      steps.every(({ percentage }, index) => index === 0 || percentage > (steps[index - 1]?.percentage ?? 0)),
    { path: ["steps"], error: "Each step's percentage is larger than the one before it." },
  );

export interface RolloutPlanView {
  readonly id: string;
  readonly status: RolloutPlan["status"];
  readonly variant: string;
  readonly appliedSteps: number;
  readonly nextAt: string | null;
  readonly steps: readonly { readonly percentage: number; readonly afterMs: number }[];
}

/**
 * Starts a plan that raises a toggle's percentage step by step. A worker applies each step as an ordinary change; when
 * somebody edits the setting meanwhile, the plan stops as `conflict` and overwrites nothing.
 * @throws {AppError} "version_conflict", "toggle_disabled", "rollout_running", "invalid_input"
 */
export async function startRollout(
  caller: Caller,
  input: z.output<typeof startRolloutInput>,
): Promise<RolloutPlanView> {
  const { db, person, scheduleStep } = caller;
  const steps = input.steps.map(({ percentage, afterMs }) => ({ buckets: bucketsOf(percentage), afterMs }));

  const plan = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "rollout.write", input);
    await writers.environments.lock(environment.environmentId);
    const toggle = await findLiveToggle(writers, project.projectId, input.toggle);
    const setting = await writers.settings.find(environment.environmentId, toggle.toggleId);
    if (!setting) throw new AppError("toggle_not_found", `The toggle ${toggle.key} has no setting here.`);
    await demandVersion(writers, setting, input.expectedVersion, environment.key);
    demandRollable(toggle, setting, input.variant, steps[0]?.buckets ?? 0);

    const plan = await writers.rollouts.create(
      {
        environmentId: environment.environmentId,
        toggleId: toggle.toggleId,
        variant: input.variant,
        steps,
        settingVersion: setting.version,
      },
      steps[0]?.afterMs ?? 0,
      actorOf(person),
    );
    if (!plan)
      throw new AppError(
        "rollout_running",
        `A rollout of ${toggle.key} is running already; cancel it first.`,
      );

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "rollout.started",
      object: `toggle/${project.key}/${toggle.key}`,
      environmentId: environment.environmentId,
      requestId: caller.requestId,
      after: { rolloutPlanId: plan.rolloutPlanId, variant: plan.variant, steps: input.steps },
    });
    return plan;
  });

  scheduleStep(
    { tenantId: person.tenantId, rolloutPlanId: plan.rolloutPlanId, step: 1 },
    plan.steps[0]?.afterMs ?? 0,
  );
  return rolloutPlanView(plan);
}

/** A plan raises: whoever has the variant at its start has it at every step. */
function demandRollable(toggle: Toggle, { state }: Setting, variant: string, firstBuckets: number): void {
  if (!state.enabled) {
    throw new AppError(
      "toggle_disabled",
      `Turn ${toggle.key} on first: while it is off, nobody gets the rollout.`,
    );
  }
  if (!Object.hasOwn(toggle.variants, variant)) {
    const known = Object.keys(toggle.variants).join(", ");
    const message = `There is no variant ${variant}, only ${known}.`;
    throw refuse([{ pointer: "/variant", code: "unknown_variant", message }]);
  }
  const { rollout } = state;
  if (rollout?.type === "split") {
    const message =
      "A split stands as the rollout; a plan raises one variant's percentage, so end the split first.";
    throw refuse([{ pointer: "/variant", code: "other_variant", message }]);
  }
  if (rollout && rollout.variant !== variant) {
    const message = `A rollout of ${rollout.variant} stands; a plan raises that one, or end it first.`;
    throw refuse([{ pointer: "/variant", code: "other_variant", message }]);
  }
  if (rollout?.type === "percentage" && firstBuckets < rollout.buckets) {
    const message = `The rollout is at ${percentOf(rollout.buckets)} % already; a first step below that would take users out.`;
    throw refuse([{ pointer: "/steps/0/percentage", code: "falling_percentage", message }]);
  }
}

export function rolloutPlanView(plan: RolloutPlan): RolloutPlanView {
  return {
    id: plan.rolloutPlanId,
    status: plan.status,
    variant: plan.variant,
    appliedSteps: plan.appliedSteps,
    nextAt: plan.nextAt?.toISOString() ?? null,
    steps: plan.steps.map(({ buckets, afterMs }) => ({ percentage: percentOf(buckets), afterMs })),
  };
}
