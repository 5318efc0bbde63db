import type { Meaning, Meanings, Run } from "../values/run.ts";
import { compareNumbers, equalScalars, isIn } from "../values/scalars.ts";
import { textMethods } from "../values/texts.ts";

type Comparison = (left: number, right: number) => boolean;

/** What is said of two numbers, or of an order and zero. */
const comparisons: Readonly<Record<string, Comparison>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

type Compare = (run: Run, left: unknown, right: unknown) => number | undefined;
type Equal = (run: Run, left: unknown, right: unknown) => boolean | undefined;

/** The meanings of `==`, `!=` and the orderings by what is equal and what comes first. */
export function comparing(equals: Equal, compare: Compare): Meanings {
  const ordered = (holds: Comparison): Meaning => {
    return (run, left, right) => {
      const order = compare(run, left, right);
      return order === undefined ? order : holds(order, 0);
    };
  };
  return {
    ...Object.fromEntries(Object.entries(comparisons).map(([op, holds]) => [op, ordered(holds)])),
    "==": (run, left, right) => equals(run, left, right),
    "!=": (run, left, right) => not(equals(run, left, right)),
  };
}

/** What every evaluation has: what most conditions are made of. The library has the rest, and these for all values. */
export const meanings: Meanings = {
  ...comparing(equalScalars, compareNumbers),
  "!": (_run, value) => not(value),
  in: isIn,
  ...textMethods,
};

export function comparisonOf(op: string): Comparison | undefined {
  return Object.hasOwn(comparisons, op) ? comparisons[op] : undefined;
}

function not(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? !value : undefined;
}
