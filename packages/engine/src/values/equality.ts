import { BUDGET_EXCEEDED, type Budget } from "./budget.ts";
import type { Failure } from "./failure.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import { compareSemVer, SemVer } from "./semver.ts";
import { isMap, isNumber, noOverload } from "./value-type.ts";

/** CEL's `==`: numbers across int and double, values of different types are unequal, NaN is not even itself. */
export function equals(left: unknown, right: unknown, budget: Budget): boolean | Failure {
  if (isNumber(left)) return isNumber(right) && left <= right && left >= right;
  if (typeof left === "string") return typeof right === "string" && sameText(left, right, budget);
  if (typeof left !== "object" || left === null) return left === right;
  if (typeof right !== "object" || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(left, right, budget);
  if (left instanceof SemVer) return right instanceof SemVer && compareSemVer(left, right) === 0;
  return isMap(left) && isMap(right) && sameEntries(left, right, budget);
}

/** CEL's `in`: an item of a list, or a key of a map. */
export function isIn(item: unknown, container: unknown, budget: Budget): boolean | Failure {
  if (Array.isArray(container)) return isItem(item, container, budget);
  if (!isMap(container)) return noOverload("in", item, container);
  if (typeof item === "string" && !budget.spendText(item.length)) return BUDGET_EXCEEDED;
  return mapGet(container, item) !== undefined;
}

function isItem(item: unknown, list: readonly unknown[], budget: Budget): boolean | Failure {
  for (const candidate of list) {
    const same = samePart(item, candidate, budget);
    if (same !== false) return same;
  }
  return false;
}

function samePart(left: unknown, right: unknown, budget: Budget): boolean | Failure {
  return budget.spend(1) ? equals(left, right, budget) : BUDGET_EXCEEDED;
}

function sameText(left: string, right: string, budget: Budget): boolean | Failure {
  if (left.length !== right.length) return false;
  return budget.spendText(left.length) ? left === right : BUDGET_EXCEEDED;
}

function sameItems(left: readonly unknown[], right: readonly unknown[], budget: Budget): boolean | Failure {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const same = samePart(left[at], right[at], budget);
    if (same !== true) return same;
  }
  return true;
}

function sameEntries(left: object, right: object, budget: Budget): boolean | Failure {
  const keys = mapKeys(left, budget);
  const others = keys && mapKeys(right, budget);
  if (!keys || !others) return BUDGET_EXCEEDED;
  if (keys.length !== others.length) return false;
  for (const key of keys) {
    const other = mapGet(right, key);
    const same = other !== undefined && samePart(mapGet(left, key), other, budget);
    if (same !== true) return same;
  }
  return true;
}
