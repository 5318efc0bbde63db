import type { Arithmetic } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "./failure.ts";
import { BUDGET_EXCEEDED, type Run } from "./run.ts";
import { isNumber, noOverload } from "./value-type.ts";

const OVERFLOW = new Failure("the integer result does not fit 64 bits");
const DIVISION_BY_ZERO = new Failure("division by zero");
const TEXT_TOO_LONG = new Failure(`a text of more than ${EVALUATION_LIMITS.textLength} characters`);

type Operation = (left: unknown, right: unknown, run: Run) => unknown;

/**
 * `+ - * / %` on two ints (64 bits; overflow and division by zero are failures) or two doubles (IEEE 754).
 * Beyond CEL an int meets a double as a double, and `%` takes doubles too: a context's numbers are doubles,
 * and people write `age + 1`.
 */
export const arithmetic: Readonly<Record<Arithmetic, Operation>> = {
  "+": (left, right, run) => {
    if (typeof left === "string" && typeof right === "string") return joinTexts(left, right, run);
    if (Array.isArray(left) && Array.isArray(right)) return joinLists(left, right, run);
    return add(left, right, run);
  },
  "-": numeric(
    "-",
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": numeric(
    "*",
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": numeric(
    "/",
    (a, b) => (b === 0n ? DIVISION_BY_ZERO : a / b),
    (a, b) => a / b,
  ),
  "%": numeric(
    "%",
    (a, b) => (b === 0n ? DIVISION_BY_ZERO : a % b),
    (a, b) => a % b,
  ),
};

const add = numeric(
  "+",
  (a, b) => a + b,
  (a, b) => a + b,
);

function joinTexts(left: string, right: string, run: Run): string | Failure {
  const length = left.length + right.length;
  if (length > EVALUATION_LIMITS.textLength) return TEXT_TOO_LONG;
  return run.spendText(length) ? left + right : BUDGET_EXCEEDED;
}

function joinLists(left: readonly unknown[], right: readonly unknown[], run: Run): unknown {
  return run.spend(left.length + right.length) ? [...left, ...right] : BUDGET_EXCEEDED;
}

/** Unary minus. */
export function negate(value: unknown): unknown {
  if (typeof value === "number") return -value;
  return typeof value === "bigint" ? within64Bits(-value) : noOverload("-", value);
}

function numeric(
  op: Arithmetic,
  onInts: (left: bigint, right: bigint) => bigint | Failure,
  onDoubles: (left: number, right: number) => number,
): Operation {
  return (left, right) => {
    if (!isNumber(left) || !isNumber(right)) return noOverload(op, left, right);
    if (typeof left === "bigint" && typeof right === "bigint") return within64Bits(onInts(left, right));
    return onDoubles(Number(left), Number(right));
  };
}

function within64Bits(result: bigint | Failure): bigint | Failure {
  return typeof result === "bigint" && BigInt.asIntN(64, result) !== result ? OVERFLOW : result;
}
