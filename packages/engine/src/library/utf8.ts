/** Texts as UTF-8 and back, where neither TextEncoder nor TextDecoder is promised. */
import { utf8Length, utf8Of } from "../bucketing/utf8.ts";

/** A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    let left = utf8Of(character.codePointAt(0) ?? 0);
    do {
      bytes[at++] = left;
      left >>>= 8;
    } while (left !== 0);
  }
  return bytes;
}

/** `undefined` for what is no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let escaped = "";
  for (const byte of bytes) {
    escaped += byte < 0x80 && byte !== PERCENT ? String.fromCharCode(byte) : `%${byte.toString(16)}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

const PERCENT = 0x25;
