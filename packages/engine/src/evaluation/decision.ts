import type { RulesetToggle, VariantValue } from "../ruleset/ruleset.ts";
import type { Reason } from "./evaluation.ts";

/** One of the answers that a toggle can give, made when it is compiled. */
export interface Decision {
  /** Among the toggle's decisions. */
  readonly index: number;
  readonly variant: string;
  readonly value: VariantValue | undefined;
  readonly enabled: boolean;
  readonly reason: Reason;
  readonly ruleId: string | undefined;
  readonly note: string | undefined;
}

export type Decide = (variant: string, reason: Reason, ruleId?: string, note?: string) => Decision;

/** Makes the decisions of one toggle. */
export function decisionsOf({ kind, variants, offVariant }: RulesetToggle): Decide {
  let made = 0;
  return (variant, reason, ruleId, note) => {
    const value = Object.hasOwn(variants, variant) ? frozen(variants[variant]) : undefined;
    const enabled = kind === "boolean" ? value === true : variant !== offVariant;
    return { index: made++, variant, value, enabled, reason, ruleId, note };
  };
}

/** Callers share what is served, and must not change it under one another. */
function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
