import type { Run } from "./run.ts";
import { Scalar } from "./scalar.ts";
import { compareNumbers, order } from "./scalars.ts";
import { typeOf } from "./value-type.ts";

/**
 * Negative, zero or positive: numbers across int, uint and double, strings by code point, bytes, false before true, times,
 * versions; NaN where a NaN takes part. `undefined` where no order is defined, or the budget is exceeded.
 */
export function compare(run: Run, left: unknown, right: unknown): number | undefined {
  const numbers = compareNumbers(run, left, right);
  if (numbers !== undefined) return numbers;
  const type = typeOf(left);
  if (type !== typeOf(right)) return undefined;
  if (isSequence(left) && isSequence(right)) return compareUnits(run, left, right);
  if (type === "bool") return Number(left) - Number(right);
  const isOrdered = left instanceof Scalar && right instanceof Scalar && type !== "type";
  return isOrdered ? order(left.value, right.value) : undefined;
}

function isSequence(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array;
}

function compareUnits(run: Run, left: string | Uint8Array, right: string | Uint8Array): number | undefined {
  const length = Math.min(left.length, right.length);
  if (!run.spendText(length)) return undefined;
  let at = 0;
  // A loop of its own for texts: telling them from bytes at each unit would take most of the time.
  if (typeof left === "string" && typeof right === "string")
    while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  else while (at < length && left[at] === right[at]) at++;
  return at < length ? rankAt(left, at) - rankAt(right, at) : left.length - right.length;
}

/** JavaScript's order of UTF-16 units differs from that of code points only between surrogates and U+E000 to U+FFFF. */
function rankAt(text: string | Uint8Array, at: number): number {
  if (typeof text !== "string") return text[at] ?? 0;
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
