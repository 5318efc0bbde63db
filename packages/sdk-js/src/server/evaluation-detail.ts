import type { ErrorCode, Evaluation, Reason, VariantValue } from "@burgee/engine";

/**
 * Where a value came from: `live` (the service's newest, as far as can be known), `stale` (the last good
 * ruleset, while the service is out of reach), `disk` (the last good one of before a restart, from the store), `bootstrap` (the ruleset given in code), `fallback` (your own).
 *
 * @example
 * const { metadata } = client.detail("new_checkout_ui", false);
 * if (metadata.source !== "live") metrics.increment("toggles_not_live");
 */
export type ValueSource = "live" | "stale" | "disk" | "bootstrap" | "fallback";

/**
 * A value and why it is that value. Reasons and error codes are OpenFeature's.
 *
 * @example
 * const { value, reason, ruleId } = client.detail("new_checkout_ui", false, { userId: "abc123" });
 * // true, "TARGETING_MATCH", "2"
 */
export interface EvaluationDetail<T = VariantValue> {
  readonly key: string;
  readonly value: T;
  /** The variant served; none with a fallback. */
  readonly variant?: string;
  readonly reason: Reason;
  /** Why `value` is your fallback. */
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  /** The rule that decided, where one did. */
  readonly ruleId?: string;
  /** The version of the toggle's setting that decided. */
  readonly version?: number;
  readonly metadata: {
    readonly source: ValueSource;
    /** The revision of the ruleset that was asked; none before the first. */
    readonly revision?: number;
    /** Why a rule or the rollout was passed over, as for want of a value to hash. */
    readonly note?: string;
  };
}

/** What an evaluation answers, in the SDK's words; `fallback` stands in where it has no value. */
export function detailOf(
  evaluation: Evaluation,
  fallback: VariantValue,
  source: ValueSource,
): EvaluationDetail {
  const { key, value, variant, reason, revision, version, ruleId, errorCode, errorMessage, note } =
    evaluation;
  return {
    key,
    value: value === undefined ? fallback : value,
    ...(variant === undefined || value === undefined ? {} : { variant }),
    reason,
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(version === undefined ? {} : { version }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    metadata: {
      source: value === undefined ? "fallback" : source,
      revision,
      ...(note === undefined ? {} : { note }),
    },
  };
}

/** Your fallback, and what kept the client from something better. */
export function fallbackDetail(
  key: string,
  fallback: VariantValue,
  problem: { readonly code: ErrorCode; readonly message: string; readonly revision?: number | undefined },
): EvaluationDetail {
  const { code, message, revision } = problem;
  return {
    key,
    value: fallback,
    reason: "ERROR",
    errorCode: code,
    errorMessage: message,
    metadata: { source: "fallback", ...(revision === undefined ? {} : { revision }) },
  };
}
