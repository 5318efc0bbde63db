import type { VariantValue } from "../../ruleset/ruleset.ts";
import type { Evaluator } from "../evaluator.ts";
import { withAnswers } from "./with-answers.ts";

/**
 * An evaluator that gives a value of `fallbacks`, by toggle key, where a toggle can't be evaluated. Reason and error stay, so
 * that nobody takes it for a decision; `enabled` is the fallback's where that is a boolean.
 *
 * @example
 * withFallback(prepare(ruleset), { banner: "none" }).evaluate("banner").value; // "none", while there is no such toggle
 */
export function withFallback(
  evaluator: Evaluator,
  fallbacks: Readonly<Record<string, VariantValue>>,
): Evaluator {
  return withAnswers(evaluator, (evaluation) => {
    const { key, value } = evaluation;
    if (value !== undefined || typeof key !== "string" || !Object.hasOwn(fallbacks, key)) return evaluation;
    const fallback = fallbacks[key];
    return { ...evaluation, value: fallback, enabled: fallback === true };
  });
}
