/** What people write as a setting, and the state that it becomes. */
import { randomBytes } from "node:crypto";
import type { SettingRule, SettingState } from "@burgee/db";
import { type ToggleKind, WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { ConditionReader } from "../conditions/condition-reader.ts";
import type { InputIssue } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { displayName, givenName, storedText } from "../names.ts";
import { prerequisitesInput } from "../prerequisites/prerequisites-input.ts";
import { variantValue } from "../toggles/variant-value.ts";
import type { VariantSet } from "../toggles/variants.ts";
import { newSalt } from "./new-salt.ts";
import { rolloutInput, ruleRolloutInput } from "./rollout-input.ts";
import { RulesBefore } from "./rules-before.ts";
import { ServeReader } from "./serve-reader.ts";
import { targetsInput, toTargets } from "./targets-input.ts";

/** What to serve, named by its variant's key or its value. */
const served = { value: variantValue.optional(), variant: z.string().max(64).optional() };

export const conditionText = storedText(WRITE_LIMITS.conditionLength).min(
  1,
  "Write a condition, such as region == 'IN'.",
);

const ruleInput = z.strictObject({
  id: givenName(/^[A-Za-z0-9_-]{1,64}$/, "Use 1 to 64 letters, digits, - or _.").optional(),
  /** Left out, it stays; null takes it away. */
  title: displayName.nullish(),
  condition: conditionText,
  ...served,
  rollout: ruleRolloutInput.nullish(),
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
  prerequisites: prerequisitesInput.default([]),
  targets: targetsInput.default({}),
  rules: z.array(ruleInput).max(LIMITS.rulesPerSetting).default([]),
  rollout: rolloutInput.nullable().default(null),
};
const settingInputObject = z.object(settingInput);
export type SettingInput = z.output<typeof settingInputObject>;

/**
 * Turns what was written into a state that can be compiled. Whether its prerequisites are there, `demandPrerequisites` says.
 *
 * @param conditions what the project's conditions may say
 * @param previous what it takes the place of: a split that stays moves the fewest users
 * @throws {AppError} "invalid_input", with every condition that does not parse and every value that no variant has
 */
export function toSettingState(
  input: SettingInput,
  variantSet: VariantSet,
  conditions: ConditionReader,
  previous?: SettingState,
): SettingState {
  const { kind } = variantSet;
  const serves = new ServeReader(variantSet);
  const defaultVariant = serves.meant("/default", input.default);
  const ids = input.rules.map(({ id }) => id);
  const rulesBefore = new RulesBefore(previous?.rules ?? [], ids);
  const rules = input.rules.map((rule, index): SettingRule => {
    const pointer = `/rules/${index}`;
    const condition = conditions.read(`${pointer}/condition`, rule.condition);
    const before = rulesBefore.take(rule.id, condition);
    const id = rule.id ?? before?.id ?? newRuleId();
    const title = rule.title === undefined ? before?.title : (rule.title ?? undefined);
    const serve = serves.ofRule(pointer, rule, before?.serve);
    return { id, ...(title !== undefined && { title }), condition, serve, ...saltOf(before) };
  });
  const rollout = input.rollout && serves.ofRollout(input.rollout, previous?.rollout);
  const offVariant =
    input.off === undefined ? offByNature(kind, defaultVariant) : serves.meant("/off", input.off);
  const targeted = toTargets(input.targets, variantSet);
  const issues = [...conditions.issues, ...serves.issues, ...repeatedIds(rules), ...targeted.issues];

  if (issues.length > 0) throw refuse(issues);
  return {
    enabled: input.enabled,
    archived: false,
    offVariant,
    defaultVariant,
    ...(input.prerequisites.length > 0 && { prerequisites: input.prerequisites }),
    ...(Object.keys(targeted.targets).length > 0 && { targets: targeted.targets }),
    rules,
    rollout,
  };
}

/** What a boolean toggle serves while it is off is `off`; another kind serves its default. */
export function offByNature(kind: ToggleKind, defaultVariant: string): string {
  return kind === "boolean" ? "off" : defaultVariant;
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

/** A share that was stored before rules had salts goes on hashing with its setting's, so that nobody moves. */
function saltOf(before: SettingRule | undefined): Pick<SettingRule, "salt"> {
  if (before?.salt !== undefined) return { salt: before.salt };
  return before && before.serve.type !== "variant" ? {} : { salt: newSalt() };
}

function newRuleId(): string {
  return randomBytes(6).toString("base64url");
}
