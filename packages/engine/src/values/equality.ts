import { EVALUATION_LIMITS } from "../limits.ts";
import { itemAt } from "./list-value.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import { isSequence } from "./ordering.ts";
import type { Run } from "./run.ts";
import { Scalar } from "./scalar.ts";
import { isMap, numberOf, typeOf } from "./value-type.ts";

/**
 * CEL's `==`: numbers across int, uint and double, values of different types are unequal, NaN is not even itself.
 * `undefined` where the budget is exceeded, or lists and maps are nested too deep.
 */
export function equals(run: Run, left: unknown, right: unknown, depth = 0): boolean | undefined {
  if (isSequence(left) && isSequence(right)) return sameUnits(run, left, right);
  const number = numberOf(left);
  const other = numberOf(right);
  if (number !== undefined && other !== undefined) return number <= other && number >= other;
  if (typeOf(left) !== typeOf(right)) return false;
  if (Array.isArray(left) && Array.isArray(right)) return sameItems(run, left, right, depth);
  if (isMap(left) && isMap(right)) return sameEntries(run, left, right, depth);
  if (left instanceof Scalar && right instanceof Scalar) return left.value === right.value;
  return left === right;
}

/** CEL's `in`: an item of a list, or a key of a map. */
export function isIn(run: Run, item: unknown, container: unknown): boolean | undefined {
  if (isMap(container)) {
    const isPaid = typeof item !== "string" || run.spendText(item.length);
    return isPaid ? mapGet(container, item) !== undefined : undefined;
  }
  if (!Array.isArray(container)) return undefined;
  for (let at = 0; at < container.length; at++) {
    const same = samePart(run, item, itemAt(container, at), 0);
    if (same !== false) return same;
  }
  return false;
}

function samePart(run: Run, left: unknown, right: unknown, depth: number): boolean | undefined {
  return depth < EVALUATION_LIMITS.valueDepth && run.spend(1)
    ? equals(run, left, right, depth + 1)
    : undefined;
}

function sameUnits(run: Run, left: string | Uint8Array, right: string | Uint8Array): boolean | undefined {
  if (left.length !== right.length || typeof left !== typeof right) return false;
  if (!run.spendText(left.length)) return undefined;
  return typeof left === "string" ? left === right : left.every((byte, at) => byte === right[at]);
}

function sameItems(
  run: Run,
  left: readonly unknown[],
  right: readonly unknown[],
  depth: number,
): boolean | undefined {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const same = samePart(run, itemAt(left, at), itemAt(right, at), depth);
    if (same !== true) return same;
  }
  return true;
}

function sameEntries(run: Run, left: object, right: object, depth: number): boolean | undefined {
  const keys = mapKeys(left, run);
  const others = keys && mapKeys(right, run);
  if (!keys || !others) return undefined;
  if (keys.length !== others.length) return false;
  for (const key of keys) {
    const other = mapGet(right, key);
    const same = other !== undefined && samePart(run, mapGet(left, key), other, depth);
    if (same !== true) return same;
  }
  return true;
}
