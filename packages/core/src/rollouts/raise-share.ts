/** What a plan's steps make of a setting. */
import { createHash } from "node:crypto";
import type {
  RolloutPlan,
  RolloutShare,
  RolloutStep,
  SettingRule,
  SettingServe,
  SettingState,
} from "@burgee/db";
import { WRITE_LIMITS, withWeights } from "@burgee/engine";
import type { InputIssue } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { percentOf, weightsOf } from "../settings/rollout-input.ts";

/** Who raises what. */
export type Raising = Pick<RolloutPlan, "rolloutPlanId" | "variant" | "stickiness">;

/** The setting once these steps are applied over it, in that order. */
export function withSteps(state: SettingState, plan: Raising, steps: readonly RolloutStep[]): SettingState {
  return steps.reduce((before, step) => withStep(before, plan, step), state);
}

/**
 * A step with an audience raises a rule of the plan's own, which comes after those of people and has no salt: it hashes with the setting's, as the
 * setting's rollout does, so that whoever is in a small share is in each larger one, of any audience.
 */
function withStep(state: SettingState, plan: Raising, { share, audience }: RolloutStep): SettingState {
  if (audience === null) return { ...state, rollout: raised(share, plan, state.rollout, state) };
  const id = audienceRuleId(plan, audience);
  const before = state.rules.find((rule) => rule.id === id);
  const serve = raised(share, plan, before?.serve ?? null, state);
  const rules: readonly SettingRule[] = before
    ? state.rules.map((rule) => (rule === before ? { ...rule, serve } : rule))
    : [...state.rules, { id, condition: audience, serve }];
  return { ...state, rules };
}

export function audienceRuleId({ rolloutPlanId }: Pick<Raising, "rolloutPlanId">, audience: string): string {
  const digest = createHash("sha256").update(`${rolloutPlanId}|${audience}`).digest("base64url");
  return `rollout-${digest.slice(0, 16)}`;
}

/** Goes on hashing as what stood: whoever was in stays in. */
function raised(
  share: RolloutShare,
  { variant, stickiness }: Raising,
  previous: SettingServe | null,
  { rollout }: SettingState,
): SettingServe {
  const hashing = hashingOf(previous) ?? {
    stickiness: stickiness ?? hashingOf(rollout)?.stickiness ?? "userId",
  };
  if (share.type === "percentage") return { type: "percentage", variant, buckets: share.buckets, ...hashing };
  const slices = previous?.type === "split" ? previous.slices : [];
  return { type: "split", slices: withWeights(slices, share.weights), ...hashing };
}

function hashingOf(serve: SettingServe | null) {
  if (serve === null || serve.type === "variant") return undefined;
  return { stickiness: serve.stickiness, ...(serve.hash !== undefined && { hash: serve.hash }) };
}

/**
 * The setting with the shares of an earlier state of it, and everything else as it is: what people changed meanwhile stays. Where nobody changed
 * anything, that is the earlier state.
 */
export function withSharesOf(
  state: SettingState,
  earlier: SettingState,
  plan: Pick<RolloutPlan, "rolloutPlanId" | "steps">,
): SettingState {
  const own = new Set(
    plan.steps.flatMap(({ audience }) => (audience === null ? [] : audienceRuleId(plan, audience))),
  );
  const before = new Map(earlier.rules.map((rule) => [rule.id, rule]));
  const rules = state.rules.flatMap((rule) => {
    if (!own.has(rule.id)) return rule;
    const { serve } = before.get(rule.id) ?? {};
    return serve ? { ...rule, serve } : [];
  });
  const standing = new Set(rules.map(({ id }) => id));
  const back = earlier.rules.filter(({ id }) => own.has(id) && !standing.has(id));
  return { ...state, rules: [...rules, ...back], rollout: earlier.rollout };
}

/**
 * Each step that would take somebody out again whom an earlier one, or what stands, let in. `isNew`: it also has to let somebody in.
 * @param from how many steps of the plan are in `state`
 */
export function fallingShares(
  state: SettingState,
  plan: Raising & Pick<RolloutPlan, "steps">,
  from: number,
  isNew = false,
): readonly InputIssue[] {
  let standing = state;
  return plan.steps.slice(from).flatMap((step, index) => {
    const pointer = `/steps/${from + index}/share`;
    const before = standOf(standing, plan, step.audience);
    standing = withStep(standing, plan, step);
    const issue = fall(step.share, before, plan, standing, isNew && index > 0);
    return issue ? [{ pointer, ...issue }] : [];
  });
}

function standOf(state: SettingState, plan: Raising, audience: string | null): SettingServe | null {
  if (audience === null) return state.rollout;
  const id = audienceRuleId(plan, audience);
  return state.rules.find((rule) => rule.id === id)?.serve ?? null;
}

type Fall = Pick<InputIssue, "code" | "message"> | undefined;

function fall(
  share: RolloutShare,
  before: SettingServe | null,
  { variant, stickiness }: Raising,
  { defaultVariant }: SettingState,
  isNew: boolean,
): Fall {
  if (before === null) return undefined;
  if (before.type !== share.type) {
    const message =
      before.type === "split"
        ? "A split stands there; go on with its weights, or end it first."
        : "A percentage stands there; go on with it, or end it first.";
    return { code: "other_share", message };
  }
  if (stickiness !== null && before.stickiness !== stickiness) {
    const message = `What stands there hashes ${before.stickiness}; by another attribute users would change sides.`;
    return { code: "other_stickiness", message };
  }
  return before.type === "percentage"
    ? fallenPercentage(share, before, variant, isNew)
    : fallenWeights(share, before, defaultVariant, isNew);
}

function fallenPercentage(
  share: RolloutShare,
  before: Extract<SettingServe, { type: "percentage" }>,
  variant: string,
  isNew: boolean,
): Fall {
  if (before.variant !== variant) {
    const message = `A rollout of ${before.variant} stands there; a plan raises that one, or end it first.`;
    return { code: "other_variant", message };
  }
  const buckets = share.type === "percentage" ? share.buckets : 0;
  if (buckets < before.buckets) {
    const message = `The share is at ${percentOf(before.buckets)} % by then; a step below that would take users out.`;
    return { code: "falling_share", message };
  }
  if (!isNew || buckets > before.buckets) return undefined;
  return { code: "standing_share", message: "A step lets in more than the one before it." };
}

/** Those who come to a growing variant are taken from the default's. */
function fallenWeights(
  share: RolloutShare,
  before: Extract<SettingServe, { type: "split" }>,
  defaultVariant: string,
  isNew: boolean,
): Fall {
  const wanted = share.type === "split" ? share.weights : {};
  const standing = Object.entries(weightsOf(before.slices));
  const fallen = standing.find(
    ([variant, percent]) => variant !== defaultVariant && percentOf(wanted[variant] ?? 0) < percent,
  );
  if (fallen) {
    const message = `The variant ${fallen[0]} is at ${fallen[1]} % by then; only that of the default, ${defaultVariant}, may fall.`;
    return { code: "falling_share", message };
  }
  const isSame = standing.every(([variant, percent]) => percentOf(wanted[variant] ?? 0) === percent);
  if (!isNew || !isSame) return undefined;
  return { code: "standing_share", message: "A step moves more than the one before it." };
}

/** What of a setting is more than may be written. */
export function excessOf({ rules, rollout }: SettingState): string | undefined {
  if (rules.length > LIMITS.rulesPerSetting)
    return `With the plan's audiences the setting has ${rules.length} rules; at most ${LIMITS.rulesPerSetting} are kept.`;
  const serves = [...rules.map(({ serve }) => serve), ...(rollout ? [rollout] : [])];
  const cut = serves.find((serve) => serve.type === "split" && serve.slices.length > WRITE_LIMITS.slices);
  return cut && `A split would lie in more than ${WRITE_LIMITS.slices} pieces; take fewer steps.`;
}
