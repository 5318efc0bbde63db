/** What keeps a draft from being published, a sentence each. */
import { type ConditionOptions, parseCondition } from "@burgee/engine/language";
import { problemsOf, textOf } from "../conditions/condition.ts";
import { isWhole } from "../outcome/compile-draft.ts";
import { ruleName } from "./changes.ts";
import type { Draft, DraftRule } from "./draft.ts";

export function faultsOf(draft: Draft, options: ConditionOptions): readonly string[] {
  const rules = draft.rules.flatMap((rule) =>
    faultsOfRule(rule, options).map((fault) => `${ruleName(draft, rule)}: ${fault}`),
  );
  const rollout =
    draft.rollout && !isWhole(draft.rollout) ? ["The default rule: the shares do not sum to 100 %."] : [];
  const prerequisites = draft.prerequisites
    .filter(({ toggle, variants }) => toggle === "" || variants.length === 0)
    .map(({ toggle }) =>
      toggle === "" ? "A prerequisite names no toggle." : `The prerequisite ${toggle} says no variant.`,
    );
  return [...prerequisites, ...rules, ...rollout];
}

function faultsOfRule({ condition, serve }: DraftRule, options: ConditionOptions): readonly string[] {
  const shares = isWhole(serve) ? [] : ["the shares do not sum to 100 %."];
  const text = textOf(condition);
  if (text === undefined) return [...(condition.mode === "rows" ? problemsOf(condition) : []), ...shares];
  const parsed = parseCondition(text, options);
  return parsed.ok
    ? shares
    : [`line ${parsed.error.line}, column ${parsed.error.column}: ${parsed.error.message}`, ...shares];
}
