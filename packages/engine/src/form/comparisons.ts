import type { Binary } from "../language/expression.ts";
import type { MomentOperator, NumberOperator, TextOperator, VersionOperator } from "./form.ts";

/** The comparing operators of rows, and what each is in a condition. */
export const numberOperators = {
  isGreater: ">",
  isGreaterOrEqual: ">=",
  isLess: "<",
  isLessOrEqual: "<=",
} as const satisfies Record<NumberOperator, Binary["op"]>;

export const versionOperators = {
  isVersion: "==",
  isNotVersion: "!=",
  isVersionAfter: ">",
  isVersionAfterOrEqual: ">=",
  isVersionBefore: "<",
  isVersionBeforeOrEqual: "<=",
} as const satisfies Record<VersionOperator, Binary["op"]>;

export const momentOperators = {
  isBefore: "<",
  isBeforeOrAt: "<=",
  isAfter: ">",
  isAfterOrAt: ">=",
} as const satisfies Record<MomentOperator, Binary["op"]>;

/** Methods of a text that take a text; each is called as the row's operator. */
export const textOperators: readonly TextOperator[] = ["contains", "startsWith", "endsWith", "matches"];

/** The row's operator for one of a condition. */
export function operatorFor<Operator extends string>(
  operators: Readonly<Record<Operator, Binary["op"]>>,
  op: Binary["op"],
): Operator | undefined {
  for (const operator in operators) if (operators[operator] === op) return operator;
  return undefined;
}
