import type { BinaryOperator } from "../language/expression.ts";
import { arithmetic } from "../values/arithmetic.ts";
import type { Budget } from "../values/budget.ts";
import { equals, isIn } from "../values/equality.ts";
import { Failure } from "../values/failure.ts";
import { orderings } from "../values/ordering.ts";

export type BinaryMeaning = (left: unknown, right: unknown, budget: Budget) => unknown;

/** What each binary operator does with two values. */
export const binaryOperators: Readonly<Record<BinaryOperator, BinaryMeaning>> = {
  "==": equals,
  "!=": (left, right, budget) => {
    const same = equals(left, right, budget);
    return same instanceof Failure ? same : !same;
  },
  in: isIn,
  ...orderings,
  ...arithmetic,
};
