import { type Cursor, HEADER, readNumber } from "./format.ts";

/** The ids of a list that was packed or read, in its order: each the UTF-8 that stands in the list. */
export function* packedIds(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const cursor: Cursor = { at: HEADER.length };
  for (let left = readNumber(bytes, cursor); left > 0; left--) {
    const length = readNumber(bytes, cursor);
    yield bytes.subarray(cursor.at, cursor.at + length);
    cursor.at += length;
  }
}
