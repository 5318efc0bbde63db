import { arithmetic, negate } from "../values/arithmetic.ts";
import { equals, isIn } from "../values/equality.ts";
import { Failure, OUT_OF_RANGE } from "../values/failure.ts";
import { itemAt } from "../values/list-value.ts";
import { indexOf, mapGet, mapKeys } from "../values/map-value.ts";
import { compare } from "../values/ordering.ts";
import type { Meaning, Meanings, Run } from "../values/run.ts";
import { TypeValue } from "../values/scalar.ts";
import { semver } from "../values/semver.ts";
import { codePoints, textMethods } from "../values/texts.ts";
import { isMap, typeOf } from "../values/value-type.ts";

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

/** What every evaluation has: the operators, and the functions that most conditions are made of. */
export const meanings: Meanings = {
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
  dyn: (_run, value) => value,
  type: (_run, value) => {
    const name = typeOf(value);
    return name && new TypeValue(name);
  },
  ...arithmetic,
  ...textMethods,
};

/** Code points of a string, bytes, items of a list, entries of a map. */
function size(run: Run, value: unknown): bigint | undefined {
  if (typeof value === "string") return run.spendText(value.length) ? BigInt(codePoints(value)) : undefined;
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  const keys = isMap(value) ? mapKeys(value, run) : undefined;
  return keys && BigInt(keys.length);
}

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
