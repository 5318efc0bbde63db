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
  return { ...shownOf(evaluation), metadata: { source } };
}

export function shownOf(evaluation: Evaluation): Omit<EvaluationView, "metadata" | "explanation"> {
  const { key, enabled, value = null, variant = null, ...rest } = evaluation;
  return { key, enabled, value, variant, ...rest };
}

/** Of an evaluation for which there was no ruleset in time. */
export interface NotReadyView {
  readonly key: string;
  readonly enabled: false;
  readonly value: null;
  readonly variant: null;
  readonly reason: "ERROR";
  readonly errorCode: "PROVIDER_NOT_READY";
  readonly errorMessage: string;
  readonly metadata: { readonly source: "default" };
}

/** OpenFeature's words for it: the default that stands in the caller's program is due. */
export function notReadyView(key: string): NotReadyView {
  return {
    key,
    enabled: false,
    value: null,
    variant: null,
    reason: "ERROR",
    errorCode: "PROVIDER_NOT_READY",
    errorMessage:
      "This node has no ruleset of the environment yet, and could not load it in time; your default is due.",
    metadata: { source: "default" },
  };
}
