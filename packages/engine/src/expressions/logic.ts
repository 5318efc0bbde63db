import { Failure } from "../values/failure.ts";
import type { Compiled } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";

/**
 * `&&` and `||` with CEL's absorption: one operand that settles the answer (false for `&&`, true for `||`) wins over
 * failures on either side of it; without one, the first failure is the answer.
 */
export function compileLogic(settles: boolean, operands: readonly Compiled[]): Compiled {
  return (context, run) => {
    let failure: Failure | undefined;
    for (const operand of operands) {
      const value = operand(context, run);
      if (value === settles) return settles;
      if (value !== !settles) failure ??= asFailure(settles ? "||" : "&&", value);
    }
    return failure ?? !settles;
  };
}

/** What stands where a boolean should. */
export function asFailure(op: string, value: unknown): Failure {
  return value instanceof Failure ? value : noOverload(op, value);
}
