import { Failure } from "../values/failure.ts";
import { noOverload } from "../values/value-type.ts";
import type { Compiled } from "./compiled.ts";

/**
 * `&&` and `||` with CEL's absorption: one operand that settles the answer (false for `&&`, true for `||`) wins over
 * failures on either side of it; without one, the first failure is the answer.
 */
export function compileLogic(kind: "and" | "or", operands: readonly Compiled[]): Compiled {
  const settles = kind === "or";
  const [first, second, ...more] = operands;
  if (first && second && more.length === 0) return ofTwo(first, second, settles);

  return (context, run) => {
    let failure: Failure | undefined;
    for (const operand of operands) {
      const value = operand(context, run);
      if (value === settles) return settles;
      if (value !== !settles) failure ??= asFailure(value, settles);
    }
    return failure ?? !settles;
  };
}

function ofTwo(first: Compiled, second: Compiled, settles: boolean): Compiled {
  return (context, run) => {
    const left = first(context, run);
    if (left === settles) return settles;
    const right = second(context, run);
    if (right === settles) return settles;
    if (left !== !settles) return asFailure(left, settles);
    return right === !settles ? right : asFailure(right, settles);
  };
}

function asFailure(value: unknown, settles: boolean): Failure {
  return value instanceof Failure ? value : noOverload(settles ? "||" : "&&", value);
}
