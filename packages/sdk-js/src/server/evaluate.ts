import type { EvaluationContext, Evaluator, VariantValue } from "@burgee/engine";
import type { Told } from "../hooks/hooks.ts";
import type { Usage } from "../usage/usage.ts";
import { detailOf, type EvaluationDetail, fallbackDetail, type ValueSource } from "./evaluation-detail.ts";

/** Decides one toggle for one context; whatever happens, there is a value of the fallback's type. */
export function evaluate(
  evaluator: Pick<Evaluator, "evaluate"> | undefined,
  source: ValueSource,
  key: string,
  fallback: VariantValue,
  context: EvaluationContext,
  usage?: Usage,
): EvaluationDetail {
  if (!evaluator) return fallbackDetail(key, fallback, NOT_READY);
  const evaluation = evaluator.evaluate(key, context);

  const { value } = evaluation;
  if (value !== undefined && !isOfTypeOf(fallback, value)) {
    usage?.count(evaluation, false);
    const message = `The toggle serves ${named(value)}, your fallback is ${named(fallback)}.`;
    return fallbackDetail(key, fallback, { code: "TYPE_MISMATCH", message, revision: evaluation.revision });
  }
  usage?.count(evaluation, value !== undefined);
  return detailOf(evaluation, fallback, source);
}

/** Whether a toggle is on: a boolean's value; for other kinds, whether more than the off variant is served. */
export function evaluateEnabled(
  evaluator: Pick<Evaluator, "evaluate"> | undefined,
  key: string,
  fallback: boolean,
  context: EvaluationContext,
  usage?: Usage,
): boolean {
  if (!evaluator) return fallback;
  const evaluation = evaluator.evaluate(key, context);
  const isServed = evaluation.value !== undefined;
  usage?.count(evaluation, isServed);
  return isServed ? evaluation.enabled : fallback;
}

/** As {@link evaluateEnabled}, with what there is to tell of it. */
export function evaluateEnabledDetail(
  evaluator: Pick<Evaluator, "evaluate"> | undefined,
  source: ValueSource,
  key: string,
  fallback: boolean,
  context: EvaluationContext,
  usage?: Usage,
): Told<boolean> {
  if (!evaluator) return { value: fallback, detail: fallbackDetail(key, fallback, NOT_READY) };
  const evaluation = evaluator.evaluate(key, context);
  const isServed = evaluation.value !== undefined;
  usage?.count(evaluation, isServed);
  return { value: isServed ? evaluation.enabled : fallback, detail: detailOf(evaluation, fallback, source) };
}

/** Decides every toggle for one context, by key. Toggles that serve nothing are left out. */
export function evaluateAll(
  evaluator: Pick<Evaluator, "evaluateAll"> | undefined,
  source: ValueSource,
  context: EvaluationContext,
): Readonly<Record<string, EvaluationDetail>> {
  const details: [string, EvaluationDetail][] = [];
  for (const evaluation of evaluator?.evaluateAll(context) ?? []) {
    if (evaluation.value === undefined) continue;
    details.push([evaluation.key, detailOf(evaluation, evaluation.value, source)]);
  }
  return Object.fromEntries(details);
}

/** An object is no list, and null stands only for a fallback that says so: `null` is that of any object, list or null. */
function isOfTypeOf(fallback: VariantValue, value: VariantValue): boolean {
  if (fallback === null) return typeof value === "object";
  return typeOf(value) === typeOf(fallback);
}

function typeOf(value: VariantValue): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

function named(value: VariantValue): string {
  const type = typeOf(value);
  if (type === "null") return type;
  return type === "object" ? "an object" : `a ${type}`;
}

const NOT_READY = {
  code: "PROVIDER_NOT_READY",
  message: "No ruleset has arrived yet; this is your fallback.",
} as const;
