/** The engine's own UTF-8: it runs where neither TextEncoder nor Buffer is promised. A lone surrogate becomes U+FFFD, as in TextEncoder. */

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(text, at)) {
      bytes += 2;
      at++;
    } else bytes += 2;
  }
  return bytes;
}

/** Writes `text` at `offset` of `bytes`, which must have room; returns the offset after it. */
export function writeUtf8(text: string, bytes: Uint8Array, offset: number): number {
  let end = offset;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[end++] = unit;
      continue;
    }
    const pair = isPair(text, at);
    const lone = unit >= 0xd800 && unit <= 0xdfff && !pair;
    end = writeMultibyte(lone ? 0xfffd : (text.codePointAt(at) ?? 0xfffd), bytes, end);
    if (pair) at++;
  }
  return end;
}

export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}

function writeMultibyte(codePoint: number, bytes: Uint8Array, offset: number): number {
  let end = offset;
  if (codePoint < 0x800) {
    bytes[end++] = 0xc0 | (codePoint >> 6);
  } else if (codePoint < 0x10000) {
    bytes[end++] = 0xe0 | (codePoint >> 12);
    bytes[end++] = 0x80 | ((codePoint >> 6) & 0x3f);
  } else {
    bytes[end++] = 0xf0 | (codePoint >> 18);
    bytes[end++] = 0x80 | ((codePoint >> 12) & 0x3f);
    bytes[end++] = 0x80 | ((codePoint >> 6) & 0x3f);
  }
  bytes[end++] = 0x80 | (codePoint & 0x3f);
  return end;
}

function isPair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
