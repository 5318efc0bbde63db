/** Toggles of the bench in our own form. */
import { RULESET_SCHEMA, type Ruleset, type RulesetToggle, shareParts } from "@burgee/engine";
import { parseCondition } from "@burgee/engine/language";
import type { BenchRule, BenchToggle } from "./side.ts";

export function writeRuleset(toggles: readonly BenchToggle[]): string {
  return JSON.stringify(shareParts(rulesetOf(toggles)));
}

export function rulesetOf(toggles: readonly BenchToggle[]): Ruleset {
  return rulesetWith(toggles.map(rulesetToggle));
}

export function rulesetWith(toggles: readonly RulesetToggle[]): Ruleset {
  return {
    schema: RULESET_SCHEMA,
    project: "bench",
    environment: "bench",
    epoch: "00000000-0000-4000-8000-000000000000",
    revision: 1,
    toggles: Object.fromEntries(toggles.map((toggle) => [toggle.key, toggle])),
  };
}

export function rulesetToggle({ key, rule }: BenchToggle): RulesetToggle {
  return {
    key,
    kind: "boolean",
    version: 1,
    revision: 1,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    rules: conditions(rule).map((text, index) => ({
      id: `r${index + 1}`,
      condition: parsed(text),
      serve: { type: "variant", variant: "on" },
    })),
    rollout:
      rule.kind === "percentage"
        ? {
            type: "percentage",
            variant: "on",
            buckets: rule.percent * 1_000,
            salt: key,
            stickiness: "userId",
          }
        : null,
    defaultVariant: rule.kind === "plain" ? "on" : "off",
  };
}

function conditions(rule: BenchRule): readonly string[] {
  if (rule.kind !== "three") return [];
  return [
    `userId in ${JSON.stringify(rule.ids)}`,
    "region == 'IN' && plan == 'pro'",
    "semver(appVersion) >= semver('1.35.0')",
  ];
}

function parsed(text: string) {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(result.error.message);
  return result.expression;
}
