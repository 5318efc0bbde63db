import type { BinaryOperator } from "./expression.ts";

export const RELATION = 1;
const ADDITION = 2;
const MULTIPLICATION = 3;

/** How tightly each operator binds; all group to the left. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  "==": RELATION,
  "!=": RELATION,
  "<": RELATION,
  "<=": RELATION,
  ">": RELATION,
  ">=": RELATION,
  in: RELATION,
  "+": ADDITION,
  "-": ADDITION,
  "*": MULTIPLICATION,
  "/": MULTIPLICATION,
  "%": MULTIPLICATION,
};

export function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(PRECEDENCE, text);
}
