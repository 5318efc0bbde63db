import { Failure } from "../values/failure.ts";
import type { Compiled } from "../values/run.ts";
import { noOverload } from "../values/value-type.ts";

/**
 * `&&` and `||` with CEL's absorption: one operand that settles the answer (false for `&&`, true for `||`) wins over
 * failures on either side of it; without one, the first failure is the answer.
 */
export function compileLogic(settles: boolean, operands: readonly Compiled[]): Compiled {
  const op = settles ? "||" : "&&";
  const rest = !settles;
  const [first, second, ...more] = operands;
  if (first && second && more.length === 0) {
    return (context, run) => {
      const left = first(context, run);
      if (left === settles) return left;
      const right = second(context, run);
      if (right === settles || (left === rest && right === rest)) return right;
      return asFailure(op, left === rest ? right : left);
    };
  }

  return (context, run) => {
    let failure: Failure | undefined;
    for (const operand of operands) {
      const value = operand(context, run);
      if (value === settles) return value;
      if (value !== rest) failure ??= asFailure(op, value);
    }
    return failure ?? rest;
  };
}

/** What stands where a boolean should. */
export function asFailure(op: string, value: unknown): Failure {
  return value instanceof Failure ? value : noOverload(op, value);
}
