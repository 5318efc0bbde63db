import { expect, test } from "vitest";
import { utf8Length, utf8Of } from "./utf8.ts";

/** Where the count of bytes changes, and the halves of surrogate pairs. */
const codePoints = [
  ...[0, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x3ffff, 0x10ffff],
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff],
].map((codePoint) => [codePoint.toString(16), String.fromCodePoint(codePoint)] as const);

test.each(codePoints)("writes U+%s as TextEncoder does, the first byte lowest", (_name, text) => {
  const bytes = new TextEncoder().encode(text);

  const [low = 0, ...higher] = bytes;
  const expected = higher.reduce((sum, byte, at) => sum + byte * 256 ** (at + 1), low);
  expect(utf8Of(text.codePointAt(0) ?? -1) >>> 0).toBe(expected);
});

test.each(codePoints)("counts the bytes of texts with U+%s in them", (_name, text) => {
  for (const whole of [text, `${text}é`, `é${text}${text}a`, `a${text}😀`]) {
    expect(utf8Length(whole)).toBe(new TextEncoder().encode(whole).length);
  }
});
