/** The engine's own UTF-8: it runs where neither TextEncoder nor Buffer is promised. A lone surrogate is U+FFFD, as in TextEncoder. */

/** The bytes of a code point as one integer, the first of them lowest. None is zero but that of U+0000. */
export function utf8Of(codePoint: number): number {
  if (codePoint < 0x80) return codePoint;
  if (codePoint < 0x800) return 0xc0 | (codePoint >> 6) | (tail(codePoint) << 8);
  const two = (tail(codePoint >> 6) << 8) | (tail(codePoint) << 16);
  if (codePoint > 0xffff) return 0xf0 | (codePoint >> 18) | (tail(codePoint >> 12) << 8) | (two << 8);
  return codePoint >> 11 === SURROGATES ? REPLACEMENT : 0xe0 | (codePoint >> 12) | two;
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue;
    const codePoint = text.codePointAt(at) ?? 0;
    bytes += codePoint > 0x7ff ? 2 : 1;
    if (codePoint > 0xffff) at++;
  }
  return bytes;
}

/** The upper bits of a half of a surrogate pair, and the bytes of U+FFFD. */
const SURROGATES = 0x1b;
const REPLACEMENT = 0xbdbfef;

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
