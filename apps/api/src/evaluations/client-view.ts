import type { BulkView, EvaluationView } from "./evaluate.ts";

/** One toggle's value for one context, and nothing of how it came about: which rule, which version, by what condition. */
export type ClientEvaluationView = Pick<
  EvaluationView,
  "key" | "enabled" | "value" | "variant" | "reason" | "errorCode" | "metadata"
>;

export interface ClientBulkView extends Pick<BulkView, "epoch" | "revision"> {
  readonly evaluations: readonly ClientEvaluationView[];
}

/** What anybody may see, who has the key that stands in a page. Field by field, so that a new one is not shown unawares. */
export function clientView({ epoch, revision, evaluations }: BulkView): ClientBulkView {
  return {
    epoch,
    revision,
    evaluations: evaluations.map(({ key, enabled, value, variant, reason, errorCode, metadata }) => ({
      key,
      enabled,
      value,
      variant,
      reason,
      ...(errorCode && { errorCode }),
      metadata,
    })),
  };
}
