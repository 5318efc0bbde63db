import type { RulesetToggle } from "../ruleset/ruleset.ts";
import { own } from "./context.ts";
import type { Evaluation, Reason } from "./evaluation.ts";

/** One of the answers that a toggle can give, made when it is compiled. */
export interface Decision {
  /** Among the toggle's decisions. */
  readonly index: number;
  readonly variant: string;
  /** The evaluation, but for the revision of the ruleset that is asked. */
  readonly answer: Omit<Evaluation, "revision">;
}

/** `why` is what stands in an evaluation for this decision alone. */
export type Decide = (variant: string, reason: Reason, why?: Pick<Evaluation, "ruleId" | "note">) => Decision;

/** Makes the decisions of one toggle. */
export function decisionsOf({ key, kind, version, variants, offVariant }: RulesetToggle): Decide {
  let made = 0;
  return (variant, reason, why) => {
    const value = frozen(own(variants, variant));
    const enabled = kind === "boolean" ? value === true : variant !== offVariant;
    return { index: made++, variant, answer: { key, value, variant, enabled, reason, ...why, version } };
  };
}

/** Callers share what is served, and must not change it under one another. */
function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
