import type { ServedFrom } from "@burgee/core";
import type { Evaluation, VariantValue } from "@burgee/engine";
import type { Explanation } from "@burgee/engine/explain";

export interface EvaluationView extends Omit<Evaluation, "value" | "variant"> {
  /** `null` with an `errorCode`, when the caller's fallback is due, and where a JSON toggle serves it. */
  readonly value: VariantValue;
  readonly variant: string | null;
  readonly metadata: { readonly source: ServedFrom };
  /** Where it was asked for. */
  readonly explanation?: Omit<Explanation, "evaluation">;
}

export function viewOf(evaluation: Evaluation, source: ServedFrom): EvaluationView {
  const { key, enabled, value = null, variant = null, ...rest } = evaluation;
  return { key, enabled, value, variant, ...rest, metadata: { source } };
}
