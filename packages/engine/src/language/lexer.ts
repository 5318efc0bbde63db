import { matchAt } from "./match-at.ts";
import { readNumber } from "./number-literal.ts";
import { unexpected } from "./refusal.ts";
import { readString } from "./string-literal.ts";
import type { Token } from "./token.ts";

/** Reads the token that starts at `from` or after the blanks and comments there. @throws {Refusal} */
export function readToken(text: string, from: number): Token {
  const start = from + (matchAt(BLANKS, text, from)?.length ?? 0);
  if (start >= text.length) return { type: "end", text: "", start, end: start };
  const opening = matchAt(OPENING, text, start);
  if (opening !== undefined) return readString(text, start, opening);
  if (matchAt(NUMBER, text, start)) return readNumber(text, start);

  const name = matchAt(NAME, text, start);
  if (name) return { type: "name", text: name, start, end: start + name.length };
  const quoted = matchAt(QUOTED, text, start);
  if (quoted) return { type: "quoted", text: quoted.slice(1, -1), start, end: start + quoted.length };
  const symbol = matchAt(SYMBOL, text, start);
  if (symbol) return { type: "symbol", text: symbol, start, end: start + symbol.length };

  const misquoted = matchAt(MISQUOTED, text, start);
  if (misquoted) throw unexpected(start, `the name ${misquoted.slice(0, 40)}`, QUOTABLE);
  const stranger = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw unexpected(start, `'${stranger}'`, "a part of a condition", hintFor(stranger));
}

const BLANKS = /(?:[\t\n\f\r ]|\/\/[^\n\r]*)*/y;
/** What begins a text or bytes. */
const OPENING = /[bB]?[rR]?(?:'''|"""|'|")/y;
const NUMBER = /\.?[0-9]/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED = /`[A-Za-z0-9_.\-/ ]+`/y;
const MISQUOTED = /`[^`\n\r]*`?/y;
const QUOTABLE = "a name of letters, digits, blanks and _ . - / in backticks";
/** Some of these mean nothing in the language: they are read so that the parser can say what was meant. */
const SYMBOL = /===|!==|&&|\|\||==|!=|<=|>=|<>|[-+*/%<>!?:.,()[\]{}=&|]/y;

function hintFor(stranger: string): string {
  if (/[‘’“”]/.test(stranger)) return "Texts stand in straight quotes: ' or \".";
  return stranger === "#" ? "Behind a # stands what no text can mean." : "";
}
