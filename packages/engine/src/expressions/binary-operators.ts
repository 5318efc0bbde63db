import type { BinaryOperator } from "../language/expression.ts";
import { arithmetic } from "../values/arithmetic.ts";
import { equals, isIn } from "../values/equality.ts";
import { Failure } from "../values/failure.ts";
import { orderings } from "../values/ordering.ts";

/** What each binary operator does with two values. */
export const binaryOperators: Readonly<Record<BinaryOperator, (left: unknown, right: unknown) => unknown>> = {
  "==": equals,
  "!=": (left, right) => {
    const same = equals(left, right);
    return same instanceof Failure ? same : !same;
  },
  in: isIn,
  ...orderings,
  ...arithmetic,
};
