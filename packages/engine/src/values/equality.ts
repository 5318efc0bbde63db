import { MAX_COMPARED_PARTS } from "../limits.ts";
import { Failure } from "./failure.ts";
import { mapGet, mapKeys } from "./map-value.ts";
import { compareSemVer, SemVer } from "./semver.ts";
import { isMap, isNumber, noOverload } from "./value-type.ts";

const TOO_LARGE = new Failure(`more than ${MAX_COMPARED_PARTS} parts to compare`);

/** CEL's `==`: numbers across int and double, values of different types are unequal, NaN is not even itself. */
export function equals(left: unknown, right: unknown): boolean | Failure {
  if (isNumber(left)) return isNumber(right) && left <= right && left >= right;
  if (typeof left !== "object") return left === right;
  return compareParts(left, right, { left: MAX_COMPARED_PARTS });
}

/** CEL's `in`: an item of a list, or a key of a map. */
export function isIn(item: unknown, container: unknown): boolean | Failure {
  if (Array.isArray(container)) return isItem(item, container);
  if (isMap(container)) return mapGet(container, item) !== undefined;
  return noOverload("in", item, container);
}

function isItem(item: unknown, list: readonly unknown[]): boolean | Failure {
  const budget = { left: MAX_COMPARED_PARTS };
  for (const candidate of list) {
    const same = compareParts(item, candidate, budget);
    if (same !== false) return same;
  }
  return false;
}

interface Budget {
  left: number;
}

function compareParts(left: unknown, right: unknown, budget: Budget): boolean | Failure {
  if (budget.left-- <= 0) return TOO_LARGE;
  if (isNumber(left)) return isNumber(right) && left <= right && left >= right;
  if (typeof left !== "object" || left === null) return left === right;
  if (typeof right !== "object" || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && sameItems(left, right, budget);
  if (left instanceof SemVer) return right instanceof SemVer && compareSemVer(left, right) === 0;
  return isMap(left) && isMap(right) && sameEntries(left, right, budget);
}

function sameItems(left: readonly unknown[], right: readonly unknown[], budget: Budget): boolean | Failure {
  if (left.length !== right.length) return false;
  for (const [at, item] of left.entries()) {
    const same = compareParts(item, right[at], budget);
    if (same !== true) return same;
  }
  return true;
}

function sameEntries(left: object, right: object, budget: Budget): boolean | Failure {
  const keys = mapKeys(left);
  if (keys.length !== mapKeys(right).length) return false;
  for (const key of keys) {
    const other = mapGet(right, key);
    const same = other !== undefined && compareParts(mapGet(left, key), other, budget);
    if (same !== true) return same;
  }
  return true;
}
