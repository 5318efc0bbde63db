/** What people write as a plan, and the steps that it becomes: percent here, buckets there. */
import type { RolloutShare, RolloutStep, RolloutWindow, SettingState } from "@burgee/db";
import { z } from "zod";
import type { ConditionReader } from "../conditions/condition-reader.ts";
import type { InputIssue } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { type Guard, guardsInput } from "../guards/guard-input.ts";
import { LIMITS } from "../limits.ts";
import { attributeName } from "../names.ts";
import { bucketsOf, percentage, weights } from "../settings/rollout-input.ts";
import { conditionText } from "../settings/setting-input.ts";
import type { VariantSet } from "../toggles/variants.ts";
import { windowInput } from "./opening-hours.ts";
import { excessOf, fallingShares, withSteps } from "./raise-share.ts";
import { rampInput, unfolded } from "./ramp.ts";

const shareInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("percentage"), value: percentage }),
  z.strictObject({ type: z.literal("split"), weights }),
]);

export const moment = z.iso.datetime({ offset: true, error: "Write a moment as 2026-01-31T12:00:00Z." });

const holdInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("time"), ms: z.int().min(0).max(LIMITS.rolloutHoldMs) }),
  z.strictObject({ type: z.literal("until"), at: moment }),
  z.strictObject({ type: z.literal("approval") }),
  /** Evaluations of the toggle by the version that the step made. */
  z.strictObject({ type: z.literal("sample"), least: z.int().positive().max(LIMITS.rolloutSample) }),
]);

const stepInput = z
  .strictObject({
    share: shareInput.optional(),
    ramp: rampInput.optional(),
    /** Whom it is for; left out, everybody whom no rule serves. */
    audience: conditionText.optional(),
    /** What must pass before the next step, and after the last one before the plan is completed. */
    hold: holdInput.default({ type: "time", ms: 0 }),
  })
  .refine(({ share, ramp }) => (share === undefined) !== (ramp === undefined), {
    error: "A step has a share or a ramp.",
  });

export const planInput = {
  /** What percentages serve; a boolean toggle's is `on`. */
  variant: z.string().max(64).default("on"),
  /** The attribute that is hashed; left out, that of the rollout which stands. */
  stickiness: attributeName.optional(),
  steps: z.array(stepInput).min(1, "Give at least one step.").max(LIMITS.rolloutSteps),
  /** Steps are applied only while it is open. */
  window: windowInput.optional(),
  /** No step is applied before. */
  startAt: moment.optional(),
  /** What is watched at each step. */
  guards: guardsInput,
};

const planInputObject = z.object(planInput);
/** As it is written. */
export type PlanInput = z.input<typeof planInputObject>;
export type PlanOutput = z.output<typeof planInputObject>;

export interface PlanDefinition {
  readonly variant: string;
  readonly stickiness: string | null;
  readonly steps: readonly RolloutStep[];
  readonly window: RolloutWindow | null;
  readonly startAt: Date | null;
  readonly guards: readonly Guard[];
}

/**
 * @param state the setting as it is: a ramp that says no beginning goes on from it
 * @throws {AppError} "invalid_input", with each audience that does not parse, each variant that is none, and each share that falls
 */
export function toPlan(
  input: PlanOutput,
  toggle: VariantSet,
  conditions: ConditionReader,
  state: SettingState,
): PlanDefinition {
  const { variant, stickiness = null, window = null, startAt, guards } = input;
  const definition = {
    variant,
    stickiness,
    window,
    startAt: startAt === undefined ? null : new Date(startAt),
    guards,
  };
  const read = input.steps.map((step, index) => ({
    ...step,
    audience: step.audience === undefined ? null : conditions.read(`/steps/${index}/audience`, step.audience),
  }));
  const unknown = unknownVariants(input, toggle);
  if (conditions.issues.length + unknown.length > 0) throw refuse([...conditions.issues, ...unknown]);

  const { steps, origins } = unfoldAll(read, state);
  if (steps.length > LIMITS.rolloutTicks) {
    const message = `With their parts these are ${steps.length} steps; at most ${LIMITS.rolloutTicks} are kept.`;
    throw refuse([{ pointer: "/steps", code: "too_big", message }]);
  }
  const bare = { ...state, rules: [], rollout: null };
  const plan = { ...definition, steps, rolloutPlanId: NO_PLAN };
  const falling = fallingShares(bare, plan, 0, true);
  if (falling.length > 0) throw refuse(falling.map((issue) => atOrigin(issue, origins)));
  const excess = excessOf(withSteps(bare, plan, steps));
  if (excess !== undefined) throw refuse([{ pointer: "/steps", code: "too_big", message: excess }]);
  return { ...definition, steps };
}

/** Of a plan that has no id yet. */
const NO_PLAN = "" as Parameters<typeof withSteps>[1]["rolloutPlanId"];

type ReadStep = Omit<PlanOutput["steps"][number], "audience"> & { readonly audience: string | null };

/** With each step, which of those that were written it comes from. */
export function unfoldAll(
  read: readonly ReadStep[],
  state: Pick<SettingState, "rollout"> | undefined,
): { readonly steps: readonly RolloutStep[]; readonly origins: readonly number[] } {
  const steps: RolloutStep[] = [];
  const origins: number[] = [];
  for (const [index, { share, ramp, audience, hold }] of read.entries()) {
    const standing = () => reached(steps, audience) ?? (audience === null ? standingIn(state) : 0);
    const own = share
      ? [{ share: inBuckets(share), audience, hold }]
      : ramp
        ? unfolded(ramp, standing(), audience, hold)
        : [];
    steps.push(...own);
    origins.push(...own.map(() => index));
  }
  return { steps, origins };
}

function reached(steps: readonly RolloutStep[], audience: string | null): number | undefined {
  const last = steps.findLast((step) => step.audience === audience)?.share;
  return last?.type === "percentage" ? last.buckets : undefined;
}

function standingIn(state: Pick<SettingState, "rollout"> | undefined): number {
  return state?.rollout?.type === "percentage" ? state.rollout.buckets : 0;
}

function inBuckets(share: z.output<typeof shareInput>): RolloutShare {
  if (share.type === "percentage") return { type: "percentage", buckets: bucketsOf(share.value) };
  const shares = Object.entries(share.weights).map(([variant, percent]) => [variant, bucketsOf(percent)]);
  return { type: "split", weights: Object.fromEntries(shares) };
}

function unknownVariants({ variant, steps }: PlanOutput, { variants }: VariantSet): readonly InputIssue[] {
  const isPercentage = steps.some(({ share }) => share?.type !== "split");
  const named = [
    ...(isPercentage ? [["/variant", variant] as const] : []),
    ...steps.flatMap(({ share }, index) =>
      share?.type === "split"
        ? Object.keys(share.weights).map((key) => [`/steps/${index}/share/weights/${key}`, key] as const)
        : [],
    ),
  ];
  const known = Object.keys(variants).join(", ");
  return named
    .filter(([, key]) => !Object.hasOwn(variants, key))
    .map(([pointer, key]) => {
      const message = `There is no variant ${key}, only ${known}.`;
      return { pointer, code: "unknown_variant", message };
    });
}

function atOrigin(issue: InputIssue, origins: readonly number[]): InputIssue {
  const pointer = issue.pointer.replace(/^\/steps\/(\d+)/, (_, step) => `/steps/${origins[Number(step)]}`);
  return { ...issue, pointer };
}
