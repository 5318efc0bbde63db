/**
 * The packed form of a list, described in docs/ruleset.md: `bgl`, the version, the count, and each id as its length and its
 * UTF-8, ascending. Numbers are LEB128. Equal sets have equal bytes, and so equal hashes.
 */
export const HEADER: readonly number[] = [0x62, 0x67, 0x6c, 1];

/** Bytes of a LEB128 number below 2^28. */
const LONGEST_NUMBER = 4;

/** Where a reader stands. */
export interface Cursor {
  at: number;
}

/** Reads a number in its one shortest form; -1 where there is none. */
export function readNumber(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let place = 0; place < LONGEST_NUMBER; place++) {
    const byte = bytes[cursor.at++];
    if (byte === undefined || (byte === 0 && place > 0)) return -1;
    value |= (byte & 0x7f) << (7 * place);
    if (byte < 0x80) return value;
  }
  return -1;
}

/** Writes a number, and answers where what follows it goes. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let left = value;
  let to = at;
  while (left >= 0x80) {
    bytes[to++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  bytes[to++] = left;
  return to;
}

export function numberLength(value: number): number {
  return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
}
