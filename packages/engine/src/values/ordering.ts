import type { Ordering } from "../language/expression.ts";
import type { Failure } from "./failure.ts";
import { BUDGET_EXCEEDED, type Run } from "./run.ts";
import { compareSemVer, SemVer } from "./semver.ts";
import { isNumber, noOverload } from "./value-type.ts";

type Operation = (left: unknown, right: unknown, run: Run) => boolean | Failure;

/** `<`, `<=`, `>`, `>=`: numbers across int and double, strings by code point, false before true, semver by its own order. */
export const orderings: Readonly<Record<Ordering, Operation>> = {
  "<": ordered("<", (order) => order < 0),
  "<=": ordered("<=", (order) => order <= 0),
  ">": ordered(">", (order) => order > 0),
  ">=": ordered(">=", (order) => order >= 0),
};

function ordered(op: Ordering, holds: (order: number) => boolean): Operation {
  return (left, right, run) => {
    const order = compare(left, right, run);
    if (typeof order === "number") return holds(order);
    return order ?? noOverload(op, left, right);
  };
}

/** Negative, zero, positive; NaN where a NaN takes part; `undefined` where no order is defined. */
function compare(left: unknown, right: unknown, run: Run): number | Failure | undefined {
  if (isNumber(left)) return isNumber(right) ? compareNumbers(left, right) : undefined;
  if (typeof left === "string") {
    return typeof right === "string" ? compareStrings(left, right, run) : undefined;
  }
  if (typeof left === "boolean") return typeof right === "boolean" ? Number(left) - Number(right) : undefined;
  if (left instanceof SemVer) return right instanceof SemVer ? compareSemVer(left, right) : undefined;
  return undefined;
}

function compareNumbers(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return left <= right ? 0 : Number.NaN;
}

/** By code point, where JavaScript compares UTF-16 units: the two differ only between surrogates and U+E000 to U+FFFF. */
function compareStrings(left: string, right: string, run: Run): number | Failure {
  const length = Math.min(left.length, right.length);
  if (!run.spendText(length)) return BUDGET_EXCEEDED;
  for (let at = 0; at < length; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return rank(left.charCodeAt(at)) - rank(right.charCodeAt(at));
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
