/** What most conditions ask: of texts, numbers, booleans and null alone. `undefined` says that the values are others, or too costly. */
import { mapGet } from "./map-value.ts";
import type { Run } from "./run.ts";
import { fromContext } from "./scalar.ts";
import { isMap, numberOf, typeOf } from "./value-type.ts";

/** CEL's `==`: numbers across int, uint and double, values of different types are unequal, NaN is not even itself. */
export function equalScalars(run: Run, left: unknown, right: unknown): boolean | undefined {
  if (typeof left === "string" && typeof right === "string") {
    if (left.length !== right.length) return false;
    return run.spendText(left.length) ? left === right : undefined;
  }
  const number = numberOf(left);
  const other = numberOf(right);
  if (number !== undefined && other !== undefined) return number <= other && number >= other;
  if (typeOf(left) !== typeOf(right)) return false;
  return isScalar(left) ? left === right : undefined;
}

/** Negative, zero or positive, and NaN where a NaN takes part. */
export function compareNumbers(_run: Run, left: unknown, right: unknown): number | undefined {
  const number = numberOf(left);
  const other = numberOf(right);
  if (number === undefined || other === undefined) return undefined;
  // Beside a double an int is one too, as CEL's cases have it: past 2^53 several ints are as great as one double.
  return typeof number === typeof other ? order(number, other) : order(Number(number), Number(other));
}

/** CEL's `in`: an item of a list, or a key of a map. */
export function isIn(run: Run, item: unknown, container: unknown): boolean | undefined {
  if (isMap(container)) {
    const isPaid = typeof item !== "string" || run.spendText(item.length);
    return isPaid ? mapGet(container, item) !== undefined : undefined;
  }
  if (!Array.isArray(container) || !isScalar(item)) return undefined;
  for (let at = 0; at < container.length; at++) {
    const same = run.spend(1) ? equalScalars(run, item, fromContext(container[at])) : undefined;
    if (same !== false) return same;
  }
  return false;
}

export function order<Value extends bigint | number | string>(left: Value, right: Value): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return left <= right ? 0 : Number.NaN;
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}
