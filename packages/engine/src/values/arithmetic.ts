import type { Arithmetic } from "../language/expression.ts";
import { Failure } from "./failure.ts";
import { isNumber, noOverload } from "./value-type.ts";

const OVERFLOW = new Failure("the integer result does not fit 64 bits");
const DIVISION_BY_ZERO = new Failure("division by zero");

type Operation = (left: unknown, right: unknown) => unknown;

/**
 * `+ - * / %` on two ints (64 bits; overflow and division by zero are failures) or two doubles (IEEE 754).
 * Beyond CEL an int meets a double as a double, and `%` takes doubles too: a context's numbers are doubles,
 * and people write `age + 1`.
 */
export const arithmetic: Readonly<Record<Arithmetic, Operation>> = {
  "+": (left, right) => {
    if (typeof left === "string" && typeof right === "string") return left + right;
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
    return add(left, right);
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
