import { encodeUtf8 } from "../library/utf8.ts";
import { matchAt } from "./match-at.ts";
import { Refusal, unexpected } from "./refusal.ts";
import type { Token } from "./token.ts";

/**
 * Reads a text or bytes from its opening on: `'`, `"`, `'''` or `"""`, with `r` before it for one without escapes and `b`
 * for bytes. @throws {Refusal}
 */
export function readString(text: string, start: number, opening: string): Token {
  const quote = /['"]+/.exec(opening)?.[0] ?? "'";
  const isRaw = /r/i.test(opening);
  const type = /b/i.test(opening) ? "bytes" : "string";
  const plain = plainRun(quote, isRaw);
  const parts: string[] = [];
  for (let at = start + opening.length; ; ) {
    const run = matchAt(plain, text, at) ?? "";
    parts.push(type === "bytes" ? binaryOf(run) : run);
    at += run.length;

    if (text.startsWith(quote, at)) return { type, text: parts.join(""), start, end: at + quote.length };
    if (isRaw || text.charAt(at) !== "\\") throw unended(text, start, at, type, quote);
    const escaped = readEscape(text, at, type);
    parts.push(escaped.value);
    at = escaped.end;
  }
}

/** What needs no second look: all but the closing, escapes and, in single quotes, ends of lines. */
function plainRun(quote: string, isRaw: boolean): RegExp {
  const kind = isRaw ? `r${quote}` : quote;
  const run = plainRuns.get(kind) ?? patternOf(quote, isRaw);
  plainRuns.set(kind, run);
  return run;
}

/** By their opening. */
const plainRuns = new Map<string, RegExp>();

function patternOf(quote: string, isRaw: boolean): RegExp {
  const mark = quote.charAt(0);
  const backslash = isRaw ? "" : "\\\\";
  if (quote.length === 1) return new RegExp(`[^${mark}${backslash}\\n\\r]*`, "y");
  return new RegExp(`(?:[^${mark}${backslash}]+|${mark}(?!${mark}${mark}))*`, "y");
}

/** UTF-8 as a text of one character a byte. */
function binaryOf(text: string): string {
  let binary = "";
  for (const byte of encodeUtf8(text)) binary += String.fromCharCode(byte);
  return binary;
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
/** A pair of surrogates is one character of two escapes. */
const PAIR = String.raw`[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`;
const CODE = new RegExp(
  String.raw`\\(?:[xX]([0-9a-fA-F]{2})|([0-3][0-7]{2})|u(${PAIR})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))`,
  "y",
);

interface Escaped {
  readonly value: string;
  readonly end: number;
}

function readEscape(text: string, at: number, type: "string" | "bytes"): Escaped {
  const letter = text.charAt(at + 1);
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  if (simple !== undefined) return { value: simple, end: at + 2 };

  CODE.lastIndex = at;
  const [whole = "", hex, octal, pair, four, eight] = CODE.exec(text) ?? [];
  const right = type === "bytes" ? "\\xff or \\377" : "\\x41 or \\u00e9";
  const isRight = whole !== "" && (type === "string" || hex !== undefined || octal !== undefined);
  if (!isRight)
    throw unexpected(at, `'${whole || `\\${letter}`}'`, `an escape such as \\n, \\', \\\\, ${right}`);

  const end = at + whole.length;
  if (pair) return { value: pair.split("\\u").map(unitOf).join(""), end };
  const codePoint = octal ? Number.parseInt(octal, 8) : Number.parseInt(hex ?? four ?? eight ?? "", 16);
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    throw unexpected(at, `'${whole}'`, "the code of a Unicode character");
  }
  return { value: String.fromCodePoint(codePoint), end };
}

function unitOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function unended(text: string, start: number, at: number, type: "string" | "bytes", quote: string): Refusal {
  const found = at >= text.length ? "the end of the text" : "the end of the line";
  const what = type === "bytes" ? "The bytes that start here have" : "The text that starts here has";
  return new Refusal(start, `${what} no closing ${quote}.`, found, quote);
}
