/** What an evaluation is given and what it answers. Reasons and error codes are OpenFeature's. */
import type { VariantValue } from "../ruleset/ruleset.ts";

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  /** A timestamp. */
  | Date
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };

/** The attributes of one evaluation. `targetingKey` is OpenFeature's name for `userId`, and wins over it. */
export interface EvaluationContext {
  readonly targetingKey?: string;
  readonly [attribute: string]: AttributeValue | undefined;
}

export type Reason =
  | "STATIC"
  | "DEFAULT"
  | "TARGETING_MATCH"
  | "SPLIT"
  | "CACHED"
  | "DISABLED"
  | "STALE"
  | "UNKNOWN"
  | "ERROR";

export type ErrorCode =
  | "PROVIDER_NOT_READY"
  | "PROVIDER_FATAL"
  | "FLAG_NOT_FOUND"
  | "PARSE_ERROR"
  | "TYPE_MISMATCH"
  | "TARGETING_KEY_MISSING"
  | "INVALID_CONTEXT"
  | "GENERAL";

/** One toggle decided for one context. */
export interface Evaluation {
  readonly key: string;
  /** `undefined` only with an `errorCode`: the caller's fallback is due. */
  readonly value: VariantValue | undefined;
  readonly variant: string | undefined;
  /** A boolean toggle's value; for other kinds, whether something else than the off variant is served. */
  readonly enabled: boolean;
  readonly reason: Reason;
  readonly ruleId?: string;
  /** The version of the setting that decided. */
  readonly version?: number;
  /** The revision of the ruleset that decided. */
  readonly revision: number;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  /** Why a rule or the rollout could not be asked and was passed over, as for want of a value to hash. No error. */
  readonly note?: string;
}
