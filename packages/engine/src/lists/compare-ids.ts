import { utf8Of } from "../bucketing/utf8.ts";

/** The order of two ids by their UTF-8, the shorter first where it begins the other: negative, zero or positive. */
export function compareBytes(
  bytes: Uint8Array,
  from: number,
  to: number,
  from2: number,
  to2: number,
): number {
  const common = Math.min(to - from, to2 - from2);
  for (let at = 0; at < common; at++) {
    const difference = (bytes[from + at] ?? 0) - (bytes[from2 + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return to - from - (to2 - from2);
}

/**
 * The order of a text and an id, as of their UTF-8. Allocates nothing. A text with half a surrogate pair has no UTF-8, and
 * comes somewhere but beside no id.
 */
export function compareText(text: string, bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  for (let index = 0; index < text.length; index++) {
    const codePoint = text.codePointAt(index) ?? 0;
    if (codePoint > 0xffff) index++;
    if (codePoint >> 11 === SURROGATES) return 1;
    let rest = utf8Of(codePoint);
    do {
      if (at === to) return 1;
      const difference = (rest & 0xff) - (bytes[at++] ?? 0);
      if (difference !== 0) return difference;
      rest >>>= 8;
    } while (rest !== 0);
  }
  return at === to ? 0 : -1;
}

/** The upper bits of a half of a surrogate pair. */
const SURROGATES = 0x1b;
