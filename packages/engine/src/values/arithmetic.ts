import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "./failure.ts";
import type { Run } from "./run.ts";
import { Duration, duration, int, Timestamp, timestamp, Uint, uint } from "./scalar.ts";

const DIVISION_BY_ZERO = new Failure("division by zero");
export const TEXT_TOO_LONG = new Failure(`a text of more than ${EVALUATION_LIMITS.textLength} characters`);

/** What an operator does with two values; `undefined` where it has no meaning for them. */
type Operation = (run: Run, left: unknown, right: unknown) => unknown;

/**
 * `+ - * / %` on two ints or two uints (64 bits; overflow and division by zero are failures) or two doubles (IEEE 754).
 * Beyond CEL an int meets a double as a double, and `%` takes doubles too: a context's numbers are doubles,
 * and people write `age + 1`.
 */
export const arithmetic: Readonly<Record<string, Operation>> = {
  "+": (run, left, right) => joined(run, left, right) ?? add(run, left, right) ?? moment(left, right, 1),
  "-": (run, left, right) => subtract(run, left, right) ?? moment(left, right, -1),
  "*": numeric(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": numeric(
    (a, b) => (b ? a / b : undefined),
    (a, b) => a / b,
  ),
  "%": numeric(
    (a, b) => (b ? a % b : undefined),
    (a, b) => a % b,
  ),
};

const add = numeric(
  (a, b) => a + b,
  (a, b) => a + b,
);

const subtract = numeric(
  (a, b) => a - b,
  (a, b) => a - b,
);

/** Unary minus. */
export function negate(_run: Run, value: unknown): unknown {
  if (typeof value === "number") return -value;
  return typeof value === "bigint" ? int(-value) : undefined;
}

function numeric(
  onInts: (left: bigint, right: bigint) => bigint | undefined,
  onDoubles: (left: number, right: number) => number,
): Operation {
  return (_run, left, right) => {
    if (left instanceof Uint && right instanceof Uint) return divided(onInts(left.value, right.value), uint);
    if (typeof left === "bigint" && typeof right === "bigint") return divided(onInts(left, right), int);
    return isIntOrDouble(left) && isIntOrDouble(right) ? onDoubles(Number(left), Number(right)) : undefined;
  };
}

function divided(result: bigint | undefined, fit: (value: bigint) => unknown): unknown {
  return result === undefined ? DIVISION_BY_ZERO : fit(result);
}

function isIntOrDouble(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function joined(run: Run, left: unknown, right: unknown): unknown {
  if (typeof left === "string" && typeof right === "string") {
    return paid(run, left.length + right.length, () => left + right);
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return paid(run, left.length + right.length, () => Uint8Array.of(...left, ...right));
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  return run.spend(left.length + right.length) ? [...left, ...right] : undefined;
}

/** What is as long as a text of this length, which is charged and bounded. */
export function paid(run: Run, length: number, make: () => unknown): unknown {
  if (length > EVALUATION_LIMITS.textLength) return TEXT_TOO_LONG;
  return run.spendText(length) ? make() : undefined;
}

/** Timestamps and durations added or subtracted: what remains is a duration, or one timestamp. */
function moment(left: unknown, right: unknown, sign: 1 | -1): unknown {
  if (!isTime(left) || !isTime(right)) return undefined;
  const ns = left.value + BigInt(sign) * right.value;
  const timestamps = Number(left instanceof Timestamp) + sign * Number(right instanceof Timestamp);
  if (timestamps === 1) return timestamp(ns);
  if (timestamps !== 0) return undefined;
  // The span between two timestamps fits 64 bits, as CEL's implementations have it.
  return left instanceof Timestamp && int(ns) !== ns ? int(ns) : duration(ns);
}

function isTime(value: unknown): value is Timestamp | Duration {
  return value instanceof Timestamp || value instanceof Duration;
}
