import { matchAt } from "./match-at.ts";
import { Refusal, unexpected } from "./refusal.ts";
import type { Token } from "./token.ts";

const DOUBLE = /[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+/y;
const INT = /0[xX][0-9a-fA-F]+|[0-9]+/y;
const LETTERS = /[A-Za-z0-9_]+/y;
/** Digits past which no 64-bit integer is meant; leading zeros count. */
const MAX_LENGTH = 400;

/** Reads `42`, `0x2A`, `42u`, `1.5`, `.5` or `1e9`. The sign is the parser's affair. @throws {Refusal} */
export function readNumber(text: string, start: number): Token {
  const double = matchAt(DOUBLE, text, start);
  const literal = double ?? matchAt(INT, text, start) ?? "";
  const end = start + literal.length;

  const letters = matchAt(LETTERS, text, end) ?? "";
  const isUnsigned = double === undefined && /^[uU]$/.test(letters);
  if (letters !== "" && !isUnsigned) {
    throw unexpected(start, `'${(literal + letters).slice(0, 40)}'`, "a number");
  }
  if (literal.length > MAX_LENGTH)
    throw new Refusal(start, `A number is longer than ${MAX_LENGTH} characters.`);
  if (double !== undefined && !Number.isFinite(Number(double))) {
    throw new Refusal(start, `${double} is too large for a double.`, double, "a number up to 1.79e308");
  }
  if (isUnsigned) return { type: "uint", text: literal, start, end: end + 1 };
  return { type: double === undefined ? "int" : "double", text: literal, start, end };
}
