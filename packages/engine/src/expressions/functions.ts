import { accessors } from "../values/accessors.ts";
import { arithmetic, negate } from "../values/arithmetic.ts";
import { cidr } from "../values/cidr.ts";
import { conversions, size } from "../values/conversions.ts";
import { equals, isIn } from "../values/equality.ts";
import { Failure, OUT_OF_RANGE } from "../values/failure.ts";
import { itemAt } from "../values/list-value.ts";
import { indexOf, mapGet } from "../values/map-value.ts";
import { compare } from "../values/ordering.ts";
import type { Run } from "../values/run.ts";
import { semver } from "../values/semver.ts";
import { textMethods } from "../values/texts.ts";
import { isMap } from "../values/value-type.ts";

/**
 * What an operator, a function or a method does with values. `undefined` says that it has no meaning for them, or that the
 * budget is exceeded. It takes as many operands as it names, at most; those left out are `undefined`.
 */
export type Meaning = (run: Run, first: unknown, second: unknown, third: unknown, fourth: unknown) => unknown;

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

/**
 * Operators by their sign (`-x` is the unary minus), functions by name, methods by name behind a dot. What a writer is told
 * about them stands in language/signatures.ts.
 */
export const meanings: Readonly<Record<string, Meaning>> = {
  ...Object.fromEntries(Object.entries(comparisons).map(([op, holds]) => [op, ordered(holds)])),
  "==": (run, left, right) => equals(run, left, right),
  "!=": (run, left, right) => not(equals(run, left, right)),
  "!": (_run, value) => not(value),
  "-x": negate,
  "[]": (_run, container, at) => elementAt(container, at),
  in: isIn,
  size,
  ".size": size,
  semver,
  cidr,
  ...arithmetic,
  ...conversions,
  ...textMethods,
  ...accessors,
};

export function comparisonOf(op: string): Comparison | undefined {
  return Object.hasOwn(comparisons, op) ? comparisons[op] : undefined;
}

function ordered(holds: Comparison): Meaning {
  return (run, left, right) => {
    const order = compare(run, left, right);
    return order === undefined ? order : holds(order, 0);
  };
}

function not(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? !value : undefined;
}

const NO_SUCH_KEY = new Failure("the map has no such key");

function elementAt(container: unknown, at: unknown): unknown {
  if (isMap(container)) return present(mapGet(container, at), NO_SUCH_KEY);
  const index = indexOf(at);
  if (!Array.isArray(container) || index === undefined) return undefined;
  return present(itemAt(container, index), OUT_OF_RANGE);
}

function present(value: unknown, otherwise: Failure): unknown {
  return value === undefined ? otherwise : value;
}
