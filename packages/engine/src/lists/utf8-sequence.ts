/**
 * The length of the well-formed UTF-8 sequence that begins at a byte; 0 where none does. As Unicode's table 3-7 has it: no form
 * longer than need be, no half of a surrogate pair, nothing beyond U+10FFFF.
 */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  if (first < 0xe0) return isTail(second) ? 2 : 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most || !isTail(bytes[at + 2] ?? 0)) return 0;
  if (first < 0xf0) return 3;
  return isTail(bytes[at + 3] ?? 0) ? 4 : 0;
}

/** Whether these bytes are UTF-8 throughout. */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return false;
    at += length;
  }
  return at === to;
}

function isTail(byte: number): boolean {
  return byte >> 6 === 2;
}
