/** Operators and functions beyond those on texts, numbers and booleans. */
import { comparing } from "../expressions/functions.ts";
import { arithmetic, negate } from "../values/arithmetic.ts";
import { equals, isItem } from "../values/equality.ts";
import { Failure, OUT_OF_RANGE } from "../values/failure.ts";
import { itemAt } from "../values/list-value.ts";
import { indexOf, mapGet, mapKeys } from "../values/map-value.ts";
import { compare } from "../values/ordering.ts";
import type { Meanings, Run } from "../values/run.ts";
import { TypeValue } from "../values/scalar.ts";
import { semver } from "../values/semver.ts";
import { isMap, typeOf } from "../values/value-type.ts";
import { codePoints } from "./code-points.ts";
import { add, subtract } from "./times.ts";

export const operators: Meanings = {
  ...comparing(equals, compare),
  in: isItem,
  "-x": negate,
  "[]": (run, container, at) =>
    typeof at !== "string" || run.spendText(at.length) ? elementAt(container, at) : undefined,
  size,
  ".size": size,
  semver,
  dyn: (_run, value) => value,
  type: (_run, value) => {
    const name = typeOf(value);
    return name && new TypeValue(name);
  },
  ...arithmetic,
  "+": (run, left, right) =>
    arithmetic["+"]?.(run, left, right, undefined, undefined) ?? add(run, left, right),
  "-": (run, left, right) =>
    arithmetic["-"]?.(run, left, right, undefined, undefined) ?? subtract(run, left, right),
};

/** Code points of a string, bytes, items of a list, entries of a map. */
function size(run: Run, value: unknown): bigint | undefined {
  if (typeof value === "string") return run.spendText(value.length) ? BigInt(codePoints(value)) : undefined;
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  const keys = isMap(value) ? mapKeys(value, run) : undefined;
  return keys && BigInt(keys.length);
}

const NO_SUCH_KEY = new Failure("no_key");

function elementAt(container: unknown, at: unknown): unknown {
  if (isMap(container)) return present(mapGet(container, at), NO_SUCH_KEY);
  const index = indexOf(at);
  if (!Array.isArray(container) || index === undefined) return undefined;
  return present(itemAt(container, index), OUT_OF_RANGE);
}

function present(value: unknown, otherwise: Failure): unknown {
  return value === undefined ? otherwise : value;
}
