import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "./failure.ts";
import type { Meanings, Run } from "./run.ts";
import { int, Uint, uint } from "./scalar.ts";

const DIVISION_BY_ZERO = new Failure("division_by_zero");
const TEXT_TOO_LONG = new Failure("text_too_long");

/**
 * `+ - * / %` on two ints or two uints (64 bits; overflow and division by zero are failures) or two doubles (IEEE 754).
 * Beyond CEL an int meets a double as a double, and `%` takes doubles too: a context's numbers are doubles,
 * and people write `age + 1`.
 */
export const arithmetic: Meanings = {
  "+": (run, left, right) => joined(run, left, right) ?? add(run, left, right),
  "-": numeric(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
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

/** Unary minus. */
export function negate(_run: Run, value: unknown): unknown {
  if (typeof value === "number") return -value;
  return typeof value === "bigint" ? int(-value) : undefined;
}

function numeric(
  onInts: (left: bigint, right: bigint) => bigint | undefined,
  onDoubles: (left: number, right: number) => number,
): (run: Run, left: unknown, right: unknown) => unknown {
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
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  return run.spend(left.length + right.length) ? [...left, ...right] : undefined;
}

/** What is as long as a text of this length, which is charged and bounded. */
export function paid(run: Run, length: number, make: () => unknown): unknown {
  if (length > EVALUATION_LIMITS.textLength) return TEXT_TOO_LONG;
  return run.spendText(length) ? make() : undefined;
}
