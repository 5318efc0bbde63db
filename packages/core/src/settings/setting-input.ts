/** What people write as a setting, and the state that it becomes. */
import { randomBytes } from "node:crypto";
import type { SettingRule, SettingServe, SettingState } from "@burgee/db";
import { type ToggleKind, type VariantValue, WRITE_LIMITS } from "@burgee/engine";
import { parseCondition } from "@burgee/engine/language";
import { z } from "zod";
import type { InputIssue } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { givenName, storedText } from "../names.ts";
import { variantValue } from "../toggles/variant-value.ts";
import { type VariantSet, variantMeant, variantOf } from "../toggles/variants.ts";

/** Buckets of one percent: the engine counts in thousandths. */
const BUCKETS_PER_PERCENT = 1000;

export const percentage = z
  .number("Give a percentage as a number from 0 to 100.")
  .min(0, "A percentage is at least 0.")
  .max(100, "A percentage is at most 100.")
  .refine(
    (value) => value === percentOf(bucketsOf(value)),
    "A percentage has at most three decimals: the smallest share is 0.001 %.",
  );

const attributeName = givenName(
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
  "Name an attribute: letters, digits and _, no digit first.",
);

/** What to serve, named by its variant's key or its value. */
const served = { value: variantValue.optional(), variant: z.string().max(64).optional() };

const rolloutInput = z.strictObject({
  type: z.literal("percentage"),
  value: percentage,
  /** The variant's key; a boolean toggle's is `on`. */
  variant: z.string().max(64).optional(),
  stickiness: attributeName.default("userId"),
});

const ruleInput = z.strictObject({
  id: givenName(/^[A-Za-z0-9_-]{1,64}$/, "Use 1 to 64 letters, digits, - or _.").optional(),
  condition: storedText(WRITE_LIMITS.conditionLength).min(1, "Write a condition, such as region == 'IN'."),
  ...served,
  rollout: rolloutInput.omit({ variant: true }).nullish(),
});

export const settingInput = {
  /** Never left out: what is switched off must not go on because somebody changed something else. */
  enabled: z.boolean({
    error: ({ input }) => (input === undefined ? "Say whether the toggle is on: true or false." : undefined),
  }),
  /** The value (or a variant's key) that is served when no rule and no rollout decides. */
  default: variantValue,
  /** The value that is served while the toggle is disabled. */
  off: variantValue.optional(),
  rules: z.array(ruleInput).max(LIMITS.rulesPerSetting).default([]),
  rollout: rolloutInput.nullable().default(null),
};
const settingInputObject = z.object(settingInput);
export type SettingInput = z.output<typeof settingInputObject>;

/**
 * Turns what was written into a state that can be compiled.
 * @throws {AppError} "invalid_input", with every condition that does not parse and every value that no variant has
 */
export function toSettingState(input: SettingInput, variantSet: VariantSet): SettingState {
  const { kind } = variantSet;
  const issues: InputIssue[] = [];
  const demand = (pointer: string, wanted: Wanted, variant: string | undefined): string => {
    if (variant === undefined)
      issues.push({ pointer, code: "unknown_variant", message: noVariant(wanted, variantSet.variants) });
    return variant ?? "";
  };
  const pick = (pointer: string, wanted: Wanted) => demand(pointer, wanted, variantOf(variantSet, wanted));
  const meant = (pointer: string, value: VariantValue) =>
    demand(pointer, { value }, variantMeant(variantSet, value));

  const defaultVariant = meant("/default", input.default);
  const rules = input.rules.map((rule, index): SettingRule => {
    const pointer = `/rules/${index}`;
    issues.push(...conditionIssues(`${pointer}/condition`, rule.condition));
    const variant = pick(pointer, rule);
    return {
      id: rule.id ?? newRuleId(),
      condition: rule.condition,
      serve: rule.rollout ? percentageOf(variant, rule.rollout) : { type: "variant", variant },
    };
  });
  issues.push(...repeatedIds(rules));
  const rollout =
    input.rollout &&
    percentageOf(pick("/rollout", { variant: input.rollout.variant ?? growingVariant(kind) }), input.rollout);
  const offVariant = input.off === undefined ? offByNature(kind, defaultVariant) : meant("/off", input.off);

  if (issues.length > 0) throw refuse(issues);
  return { enabled: input.enabled, archived: false, offVariant, defaultVariant, rules, rollout };
}

/** What a boolean toggle serves while it is off is `off`; another kind serves its default. */
export function offByNature(kind: ToggleKind, defaultVariant: string): string {
  return kind === "boolean" ? "off" : defaultVariant;
}

export function bucketsOf(percent: number): number {
  return Math.round(percent * BUCKETS_PER_PERCENT);
}

export function percentOf(buckets: number): number {
  return buckets / BUCKETS_PER_PERCENT;
}

interface Wanted {
  readonly value?: VariantValue | undefined;
  readonly variant?: string | undefined;
}

function percentageOf(variant: string, rollout: { value: number; stickiness: string }): SettingServe {
  return { type: "percentage", variant, buckets: bucketsOf(rollout.value), stickiness: rollout.stickiness };
}

/** A rollout of a boolean toggle turns it on for more and more; another kind has to say what it spreads. */
function growingVariant(kind: ToggleKind): string | undefined {
  return kind === "boolean" ? "on" : undefined;
}

function conditionIssues(pointer: string, condition: string): readonly InputIssue[] {
  const parsed = parseCondition(condition);
  if (parsed.ok) return [];

  const { message, line, column } = parsed.error;
  return [
    {
      pointer,
      code: "invalid_condition",
      message: `Line ${line}, column ${column}: ${message}`,
      line,
      column,
    },
  ];
}

function repeatedIds(rules: readonly SettingRule[]): readonly InputIssue[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const repeated = seen.has(rule.id);
    seen.add(rule.id);
    return repeated
      ? [
          {
            pointer: `/rules/${index}/id`,
            code: "repeated_id",
            message: `Another rule has the id ${rule.id}.`,
          },
        ]
      : [];
  });
}

function noVariant({ value, variant }: Wanted, variants: VariantSet["variants"]): string {
  if (value !== undefined && variant !== undefined) return "Give a value or a variant, not both.";
  if (value === undefined && variant === undefined) return "Say what to serve: a value, or a variant's key.";
  const known = Object.entries(variants)
    .slice(0, 10)
    .map(([key, known]) => `${key} (${JSON.stringify(known).slice(0, 40)})`);
  return `No variant is ${JSON.stringify(variant ?? value)}; there are ${known.join(", ")}.`;
}

function newRuleId(): string {
  return randomBytes(6).toString("base64url");
}
