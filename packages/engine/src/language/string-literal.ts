import { Refusal, unexpected } from "./refusal.ts";
import type { Token } from "./token.ts";

/** Reads a text in single or double quotes, with CEL's escapes. @throws {Refusal} */
export function readString(text: string, start: number): Token {
  const quote = text.charAt(start);
  const plain = quote === "'" ? /[^'\\\n\r]*/y : /[^"\\\n\r]*/y;
  const parts: string[] = [];
  for (let at = start + 1; ; ) {
    plain.lastIndex = at;
    const run = plain.exec(text)?.[0] ?? "";
    parts.push(run);
    at += run.length;

    const next = text.charAt(at);
    if (next === quote) return { type: "string", text: parts.join(""), start, end: at + 1 };
    if (next !== "\\") throw unended(text, start, at, quote);
    const escaped = readEscape(text, at);
    parts.push(escaped.value);
    at = escaped.end;
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
};
const CODE = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;

function readEscape(text: string, at: number): { readonly value: string; readonly end: number } {
  const letter = text.charAt(at + 1);
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { value: simple, end: at + 2 };

  CODE.lastIndex = at;
  const [whole = "", byte, four, eight, octal] = CODE.exec(text) ?? [];
  if (whole === "")
    throw unexpected(at, `'\\${letter}'`, "an escape such as \\n, \\', \\\\, \\x41 or \\u00e9");

  const codePoint = octal ? Number.parseInt(octal, 8) : Number.parseInt(byte ?? four ?? eight ?? "", 16);
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    throw unexpected(at, `'${whole}'`, "the code of a Unicode character");
  }
  return { value: String.fromCodePoint(codePoint), end: at + whole.length };
}

function unended(text: string, start: number, at: number, quote: string): Refusal {
  const found = at >= text.length ? "the end of the text" : "the end of the line";
  return new Refusal(start, `The text that starts here has no closing ${quote}.`, found, quote);
}
