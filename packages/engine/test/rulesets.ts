import type { Expression, Ruleset, RulesetSegment, RulesetToggle } from "../src/index.ts";
import { parseCondition } from "../src/language/index.ts";

/** A boolean toggle that serves "off", but for what a test names. */
export function toggleWith(changes: Partial<RulesetToggle> = {}): RulesetToggle {
  return {
    key: "cart",
    kind: "boolean",
    version: 1,
    revision: 1,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    rules: [],
    rollout: null,
    defaultVariant: "off",
    ...changes,
  };
}

/** A segment of nobody, but for what a test names. */
export function segmentWith(changes: Partial<RulesetSegment> = {}): RulesetSegment {
  return { key: "beta", revision: 1, include: [], exclude: [], condition: null, ...changes };
}

export function rulesetWith(toggles: readonly RulesetToggle[], changes: Partial<Ruleset> = {}): Ruleset {
  return {
    schema: 1,
    project: "shop",
    environment: "production",
    epoch: "e1",
    revision: 1,
    toggles: Object.fromEntries(toggles.map((toggle) => [toggle.key, toggle])),
    ...changes,
  };
}

/** The tree of a condition that must parse. */
export function condition(text: string): Expression {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.expression;
}
