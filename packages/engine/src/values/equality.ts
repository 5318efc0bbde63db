import { EVALUATION_LIMITS } from "../limits.ts";
import { itemAt } from "./list-value.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import type { Run } from "./run.ts";
import { Scalar } from "./scalar.ts";
import { isMap, numberOf } from "./value-type.ts";

/**
 * CEL's `==`: numbers across int, uint and double, values of different types are unequal, NaN is not even itself.
 * `undefined` where the budget is exceeded, or lists and maps are nested too deep.
 */
export function equals(run: Run, left: unknown, right: unknown, depth = 0): boolean | undefined {
  const number = numberOf(left);
  if (number !== undefined) {
    const other = numberOf(right);
    return other !== undefined && number <= other && number >= other;
  }
  if (typeof left === "string") return typeof right === "string" && sameText(run, left, right);
  if (typeof left !== "object" || left === null) return left === right;
  if (left instanceof Scalar) {
    return right instanceof Scalar && left.type === right.type && left.value === right.value;
  }
  if (left instanceof Uint8Array) return right instanceof Uint8Array && sameBytes(run, left, right);
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(run, left, right, depth);
  return isMap(left) && isMap(right) && sameEntries(run, left, right, depth);
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

function sameText(run: Run, left: string, right: string): boolean | undefined {
  if (left.length !== right.length) return false;
  return run.spendText(left.length) ? left === right : undefined;
}

function sameBytes(run: Run, left: Uint8Array, right: Uint8Array): boolean | undefined {
  if (left.length !== right.length) return false;
  return run.spendText(left.length) ? left.every((byte, at) => byte === right[at]) : undefined;
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
