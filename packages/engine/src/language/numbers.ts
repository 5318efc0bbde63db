import type { Operand } from "./operand.ts";
import type { Parsing } from "./parsing.ts";
import { Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

/** Whether a `-` before the token is the number's own sign. */
export function takesSign({ type }: Token): boolean {
  return type === "int" || type === "double";
}

/** The number that stands here, with the sign that stood before it at `start`. @throws {Refusal} */
export function parseNumber({ tokens, tree }: Parsing, sign: "" | "-", start: number): Operand {
  const { type, text } = tokens.next();
  if (type === "double") {
    const value = Number(text);
    const signed = sign && value !== 0 ? -value : value;
    const literal = tree.literal({ kind: "double", value: signed }, "double", start);
    return sign && value === 0 ? tree.unary("-", literal, start) : literal;
  }
  const value = sign === "-" ? -BigInt(text) : BigInt(text);
  if (type === "uint") {
    if (BigInt.asUintN(64, value) !== value)
      throw tooLarge(start, `${text}u`, "a uint up to 18446744073709551615");
    return tree.literal({ kind: "uint", value: String(value) }, "uint", start);
  }
  if (BigInt.asIntN(64, value) !== value)
    throw tooLarge(start, sign + text, "an int up to 9223372036854775807");
  return tree.literal({ kind: "int", value: String(value) }, "int", start);
}

function tooLarge(start: number, literal: string, expected: string): Refusal {
  const shown = literal.slice(0, 40);
  return new Refusal(start, `${shown} does not fit 64 bits.`, shown, expected);
}
