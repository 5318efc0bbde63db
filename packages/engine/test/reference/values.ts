import { fromContext, Scalar, Uint } from "../../src/values/scalar.ts";
import { typeOf } from "../../src/values/value-type.ts";

/** What an expression gives that has no answer. */
export const ERROR = Symbol("error");

/** CEL's `==`, as one would write it down without a thought for speed. */
export function same(left: unknown, right: unknown): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (isNumber(a) && isNumber(b)) return a <= b && b <= a;
  if (typeOf(a) !== typeOf(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => same(item, b[at]));
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return same([...a], [...b]);
  if (a instanceof Scalar && b instanceof Scalar) return a.value === b.value;
  if (typeOf(a) !== "map" || typeof a !== "object" || typeof b !== "object" || !a || !b) return a === b;
  const [mine, others] = [entriesOf(a), entriesOf(b)];
  return (
    mine.length === others.length &&
    mine.every(([key, value]) => others.some(([other, its]) => same(key, other) && same(value, its)))
  );
}

/** The order of two values: -1, 0, 1, or NaN where one of them is NaN; ERROR where there is none. */
export function orderOf(left: unknown, right: unknown): number | typeof ERROR {
  const [a, b] = [plain(left), plain(right)];
  if (isNumber(a) && isNumber(b)) {
    return typeof a === typeof b ? sign(a, b) : sign(Number(a), Number(b));
  }
  if (typeOf(a) !== typeOf(b)) return ERROR;
  if (typeof a === "string" && typeof b === "string") return signOfLists(codePoints(a), codePoints(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return signOfLists([...a], [...b]);
  if (typeof a === "boolean" && typeof b === "boolean") return sign(Number(a), Number(b));
  if (!(a instanceof Scalar && b instanceof Scalar) || a.type === "type") return ERROR;
  return sign(a.value, b.value);
}

/** A map's keys and values; a whole number as a key is an int. */
export function entriesOf(map: object): readonly (readonly [unknown, unknown])[] {
  if (!(map instanceof Map)) return Object.entries(map).filter(([, value]) => value !== undefined);
  return [...map].map(([key, value]) => [Number.isInteger(key) ? BigInt(key) : key, value]);
}

function plain(value: unknown): unknown {
  return value instanceof Uint ? value.value : fromContext(value);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

function signOfLists(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((unit, index) => unit !== right[index]);
  const [mine, other] = [left[at], right[at]];
  return mine === undefined || other === undefined ? sign(left.length, right.length) : sign(mine, other);
}

function sign<Value extends number | bigint | string>(left: Value, right: Value): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return left <= right ? 0 : Number.NaN;
}
