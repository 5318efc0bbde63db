import type { EvaluationContext } from "@burgee/engine";
import { type Explanation, explain } from "@burgee/engine/explain";
import { matches } from "@burgee/engine/matches";
import type { LiveRuleset } from "./live-ruleset.ts";

/** Why a ruleset's evaluator answers what it answers; costs many times as much. */
export function explainToggle(
  { evaluator, list }: LiveRuleset,
  toggleKey: string,
  context: EvaluationContext,
): Explanation {
  return explain(evaluator.ruleset, toggleKey, context, { matches, list });
}
