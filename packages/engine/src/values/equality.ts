import type { Failure } from "./failure.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import { BUDGET_EXCEEDED, type Run } from "./run.ts";
import { compareSemVer, SemVer } from "./semver.ts";
import { isMap, isNumber, noOverload } from "./value-type.ts";

/** CEL's `==`: numbers across int and double, values of different types are unequal, NaN is not even itself. */
export function equals(left: unknown, right: unknown, run: Run): boolean | Failure {
  if (isNumber(left)) return isNumber(right) && left <= right && left >= right;
  if (typeof left === "string") return typeof right === "string" && sameText(left, right, run);
  if (typeof left !== "object" || left === null) return left === right;
  if (typeof right !== "object" || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(left, right, run);
  if (left instanceof SemVer) return right instanceof SemVer && compareSemVer(left, right) === 0;
  return isMap(left) && isMap(right) && sameEntries(left, right, run);
}

/** CEL's `in`: an item of a list, or a key of a map. */
export function isIn(item: unknown, container: unknown, run: Run): boolean | Failure {
  if (Array.isArray(container)) return isItem(item, container, run);
  if (!isMap(container)) return noOverload("in", item, container);
  if (typeof item === "string" && !run.spendText(item.length)) return BUDGET_EXCEEDED;
  return mapGet(container, item) !== undefined;
}

function isItem(item: unknown, list: readonly unknown[], run: Run): boolean | Failure {
  for (const candidate of list) {
    const same = samePart(item, candidate, run);
    if (same !== false) return same;
  }
  return false;
}

function samePart(left: unknown, right: unknown, run: Run): boolean | Failure {
  return run.spend(1) ? equals(left, right, run) : BUDGET_EXCEEDED;
}

function sameText(left: string, right: string, run: Run): boolean | Failure {
  if (left.length !== right.length) return false;
  return run.spendText(left.length) ? left === right : BUDGET_EXCEEDED;
}

function sameItems(left: readonly unknown[], right: readonly unknown[], run: Run): boolean | Failure {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const same = samePart(left[at], right[at], run);
    if (same !== true) return same;
  }
  return true;
}

function sameEntries(left: object, right: object, run: Run): boolean | Failure {
  const keys = mapKeys(left, run);
  const others = keys && mapKeys(right, run);
  if (!keys || !others) return BUDGET_EXCEEDED;
  if (keys.length !== others.length) return false;
  for (const key of keys) {
    const other = mapGet(right, key);
    const same = other !== undefined && samePart(mapGet(left, key), other, run);
    if (same !== true) return same;
  }
  return true;
}
