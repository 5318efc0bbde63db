import { readNumber } from "./number-literal.ts";
import { unexpected } from "./refusal.ts";
import { readString } from "./string-literal.ts";
import type { Token } from "./token.ts";

/** Reads the token that starts at `from` or after the blanks and comments there. @throws {Refusal} */
export function readToken(text: string, from: number): Token {
  const start = skipBlanks(text, from);
  const character = text.charAt(start);
  if (character === "") return { type: "end", text: "", start, end: start };
  if (character === "'" || character === '"') return readString(text, start);
  if (isDigit(character) || (character === "." && isDigit(text.charAt(start + 1))))
    return readNumber(text, start);

  const name = matchAt(NAME, text, start);
  if (name) return { type: "name", text: name, start, end: start + name.length };
  const symbol = matchAt(SYMBOL, text, start);
  if (symbol) return { type: "symbol", text: symbol, start, end: start + symbol.length };

  const stranger = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const hint = /[‘’“”]/.test(stranger) ? "Texts stand in straight quotes: ' or \"." : "";
  throw unexpected(start, `'${stranger}'`, "a part of a condition", hint);
}

const BLANKS = /(?:[\t\n\f\r ]|\/\/[^\n\r]*)*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Some of these mean nothing in the language: they are read so that the parser can say what was meant. */
const SYMBOL = /===|!==|&&|\|\||==|!=|<=|>=|<>|[-+*/%<>!?:.,()[\]{}=&|]/y;

function skipBlanks(text: string, from: number): number {
  return from + (matchAt(BLANKS, text, from)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}
