import type { EvaluationView } from "./evaluation-view.ts";

/** One toggle's value for one context, and nothing of how it came about: which rule, which version, by what condition. */
export type ClientEvaluationView = Pick<
  EvaluationView,
  "key" | "enabled" | "value" | "variant" | "reason" | "errorCode" | "metadata"
>;

/** What anybody may see, who has the key that stands in a page. Field by field, so that a new one is not shown unawares. */
export function clientView({
  key,
  enabled,
  value,
  variant,
  reason,
  errorCode,
  metadata,
}: EvaluationView): ClientEvaluationView {
  return { key, enabled, value, variant, reason, ...(errorCode && { errorCode }), metadata };
}
