import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type EvaluationContext,
  prepare,
  RULESET_SCHEMA,
  type RulesetRule,
  type RulesetToggle,
  readRuleset,
} from "../../../packages/engine/src/index.ts";
import type { Case, Exclusion, Suite } from "../suite.ts";
import { rolloutRules, variantRules } from "./bucketing-rules.ts";
import { divides } from "./even-slices.ts";
import type { Feature, Question, Specification, UnleashContext } from "./specification.ts";

/** Unleash's client specification, as far as it asks who is in a rollout and which variant is whose. */
export function loadUnleash(folder: string): Suite | undefined {
  const files = join(folder, "unleash-client-specification", "specifications");
  if (!existsSync(files)) return undefined;

  const examples: (Case | Exclusion)[] = [];
  for (const file of readdirSync(files).sort()) {
    const specification: Specification = JSON.parse(readFileSync(join(files, file), "utf8"));
    const features = new Map((specification.state?.features ?? []).map((each) => [each.name, each]));
    const about = (question: Question<unknown>) => features.get(question.toggleName);
    const named = (question: Question<unknown>) => `${specification.name}: ${question.description}`;
    for (const question of specification.tests ?? []) {
      examples.push(rolloutExample(named(question), about(question), question));
    }
    for (const question of specification.variantTests ?? []) {
      examples.push(variantExample(named(question), about(question), question));
    }
  }
  return {
    cases: examples.filter((example) => "run" in example),
    exclusions: examples.filter((example) => "reason" in example),
  };
}

const NO_BUCKET = "asks for no bucket: for the import of Unleash's toggles to answer";
const BY_CHANCE = "has nothing to hash: Unleash draws by chance";
const OTHER_SUM = "weights that do not add up to a divisor of 1,000: Unleash's servers make it 1,000";
const ROLLOUTS = ["flexibleRollout", "gradualRolloutUserId", "gradualRolloutSessionId"];

function rolloutExample(
  name: string,
  feature: Feature | undefined,
  question: Question<boolean>,
): Case | Exclusion {
  const { strategies = [] } = feature ?? {};
  const isPlain = strategies.every(
    ({ constraints = [], segments = [] }) => constraints.length + segments.length === 0,
  );
  const known = strategies.every((each) => each.name === "default" || ROLLOUTS.includes(each.name));
  const asks = strategies.some((each) => ROLLOUTS.includes(each.name));
  if (!feature?.enabled || feature.dependencies || !isPlain || !known || !asks)
    return { name, reason: NO_BUCKET };

  const rules = strategies.flatMap(rolloutRules);
  return {
    name,
    run: () => whatWentWrong(rules, ["on"], question.context, question.expectedResult ? "on" : "disabled"),
  };
}

function variantExample(
  name: string,
  feature: Feature | undefined,
  { context, expectedResult }: Question<{ readonly name: string }>,
): Case | Exclusion {
  const [strategy] = feature?.strategies ?? [];
  const own = strategy?.variants ?? [];
  const variants = own.length > 0 ? own : (feature?.variants ?? []);
  // Whether the feature is on is the import's to know; which variant is whose, once it is, is asked here.
  if (variants.length === 0 || expectedResult.name === "disabled") return { name, reason: NO_BUCKET };

  const { stickiness = "default", groupId = "" } = strategy?.parameters ?? {};
  const rules =
    own.length > 0
      ? variantRules(groupId, variants, stickiness)
      : variantRules(feature?.name ?? "", variants, "default");
  if (!divides(variants)) return { name, reason: OTHER_SUM };
  if (variants.length > 1 && !hasValue(context, variants[0]?.stickiness ?? stickiness)) {
    return { name, reason: BY_CHANCE };
  }
  const names = variants.map((variant) => variant.name);
  return { name, run: () => whatWentWrong(rules, names, context, expectedResult.name) };
}

function hasValue(context: UnleashContext, stickiness: string): boolean {
  const attributes = contextOf(context);
  const names = stickiness === "default" ? ["userId", "sessionId"] : [stickiness];
  return names.some((name) => attributes[name] !== undefined);
}

function whatWentWrong(
  rules: readonly Omit<RulesetRule, "id">[],
  variants: readonly string[],
  context: UnleashContext,
  expected: string,
): string | undefined {
  const toggle: RulesetToggle = {
    key: "imported",
    kind: "string",
    version: 1,
    revision: 1,
    enabled: true,
    variants: Object.fromEntries([...variants, "disabled"].map((each) => [each, each])),
    offVariant: "disabled",
    rules: rules.map((rule, index) => ({ id: `r${index + 1}`, ...rule })),
    rollout: null,
    defaultVariant: "disabled",
  };
  const head = { schema: RULESET_SCHEMA, project: "p", environment: "e", epoch: "1", revision: 1 };
  const read = readRuleset({ ...head, toggles: { imported: toggle } });
  if (!read.ok) return read.error.message;

  const { value, note } = prepare(read.ruleset).evaluate("imported", contextOf(context));
  return value === expected ? undefined : `expected ${expected}; got ${value}${note ? ` (${note})` : ""}`;
}

function contextOf({ properties = {}, ...others }: UnleashContext): EvaluationContext {
  return Object.fromEntries(
    [...Object.entries(properties), ...Object.entries(others)].map(([name, value]) => [name, String(value)]),
  );
}
