/** A piece of a text in protobuf's text format. A string is bytes: its escapes may spell any. */
export type TextToken =
  | { readonly kind: "string"; readonly bytes: Uint8Array; readonly line: number }
  | { readonly kind: "word"; readonly text: string; readonly line: number }
  | { readonly kind: "mark"; readonly text: string; readonly line: number };

const SKIPPED = /(?:\s|#[^\n]*)+/y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;
const WORD = /[A-Za-z0-9_.][A-Za-z0-9_.]*(?:(?<=[eE])[+-][0-9]+[fF]?)?/y;
const MARK = /[{}<>[\]:,;/-]/y;

/** Cuts a text into tokens. @throws {Error} where something stands that the format has no place for */
export function textTokens(text: string): readonly TextToken[] {
  const tokens: TextToken[] = [];
  let at = 0;
  let line = 1;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  while (at < text.length) {
    const from = line;
    const skipped = take(SKIPPED);
    const string = skipped ? undefined : take(STRING);
    const word = skipped || string ? undefined : take(WORD);
    const mark = skipped || string || word ? undefined : take(MARK);
    if (string) tokens.push({ kind: "string", bytes: unescaped(string.slice(1, -1)), line: from });
    else if (word) tokens.push({ kind: "word", text: word, line: from });
    else if (mark) tokens.push({ kind: "mark", text: mark, line: from });
    else if (!skipped) throw new Error(`line ${line}: unexpected '${text.charAt(at)}'`);
    line += (skipped ?? string ?? "").split("\n").length - 1;
  }
  return tokens;
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  "'": 39,
  '"': 34,
  "?": 63,
};
const UTF_8 = new TextEncoder();
const ESCAPE =
  /\\(?:(?<octal>[0-7]{1,3})|[xX](?<hex>[0-9A-Fa-f]{1,2})|u(?<short>[0-9A-Fa-f]{4})|U(?<long>[0-9A-Fa-f]{8})|(?<simple>[\s\S]))/y;

function unescaped(text: string): Uint8Array {
  const bytes: number[] = [];
  let at = 0;
  while (at < text.length) {
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(text);
    if (found) {
      bytes.push(...escapedBytes(found.groups ?? {}));
      at += found[0].length;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...UTF_8.encode(character));
      at += character.length;
    }
  }
  return Uint8Array.from(bytes);
}

function escapedBytes(groups: Readonly<Record<string, string | undefined>>) {
  const { octal, hex, short, long, simple } = groups;
  if (octal !== undefined) return [Number.parseInt(octal, 8) & 255];
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  const codePoint = short ?? long;
  if (codePoint !== undefined) return UTF_8.encode(String.fromCodePoint(Number.parseInt(codePoint, 16)));
  const byte = SIMPLE[simple ?? ""];
  if (byte === undefined) throw new Error(`no escape: \\${simple}`);
  return [byte];
}
