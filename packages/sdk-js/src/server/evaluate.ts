import type { EvaluationContext, Evaluator, VariantValue } from "@burgee/engine";
import { detailOf, type EvaluationDetail, fallbackDetail, type ValueSource } from "./evaluation-detail.ts";

/** Decides one toggle for one context; whatever happens, there is a value of the fallback's type. */
export function evaluate(
  evaluator: Evaluator | undefined,
  source: ValueSource,
  key: string,
  fallback: VariantValue,
  context: EvaluationContext,
): EvaluationDetail<VariantValue> {
  if (!evaluator) return fallbackDetail(key, fallback, NOT_READY);
  const evaluation = evaluator.evaluate(key, context);

  const { value } = evaluation;
  if (value !== undefined && typeof value !== typeof fallback) {
    const message = `The toggle serves a ${typeof value}, your fallback is a ${typeof fallback}.`;
    return fallbackDetail(key, fallback, { code: "TYPE_MISMATCH", message, revision: evaluation.revision });
  }
  return detailOf(evaluation, fallback, source);
}

/** Whether a toggle is on: a boolean's value; for other kinds, whether more than the off variant is served. */
export function evaluateEnabled(
  evaluator: Evaluator | undefined,
  key: string,
  fallback: boolean,
  context: EvaluationContext,
): boolean {
  const evaluation = evaluator?.evaluate(key, context);
  return evaluation?.value === undefined ? fallback : evaluation.enabled;
}

/** Decides every toggle for one context, by key. Toggles that serve nothing are left out. */
export function evaluateAll(
  evaluator: Evaluator | undefined,
  source: ValueSource,
  context: EvaluationContext,
): Readonly<Record<string, EvaluationDetail<VariantValue>>> {
  const details: [string, EvaluationDetail<VariantValue>][] = [];
  for (const evaluation of evaluator?.evaluateAll(context) ?? []) {
    if (evaluation.value === undefined) continue;
    details.push([evaluation.key, detailOf(evaluation, evaluation.value, source)]);
  }
  return Object.fromEntries(details);
}

const NOT_READY = {
  code: "PROVIDER_NOT_READY",
  message: "No ruleset has arrived yet; this is your fallback.",
} as const;
