import type { BinaryOperator } from "../language/expression.ts";
import { arithmetic } from "../values/arithmetic.ts";
import { equals, isIn } from "../values/equality.ts";
import { Failure } from "../values/failure.ts";
import { orderings } from "../values/ordering.ts";
import type { Run } from "../values/run.ts";

export type BinaryMeaning = (left: unknown, right: unknown, run: Run) => unknown;

/** What each binary operator does with two values. */
export const binaryOperators: Readonly<Record<BinaryOperator, BinaryMeaning>> = {
  "==": equals,
  "!=": (left, right, run) => {
    const same = equals(left, right, run);
    return same instanceof Failure ? same : !same;
  },
  in: isIn,
  ...orderings,
  ...arithmetic,
};
