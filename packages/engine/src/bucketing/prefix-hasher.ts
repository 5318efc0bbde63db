import { absorb, finish } from "./murmur3.ts";
import { encodeUtf8, utf8Length, writeUtf8 } from "./utf8.ts";

/**
 * MurmurHash3 x86 32-bit of `prefix` and a value, as UTF-8; with `hasLength` the value's count of bytes in decimal and a colon
 * stand between. The prefix is hashed once, and a call allocates nothing for usual values.
 */
export function prefixHasher(prefix: string, seed: number, hasLength: boolean): (value: string) => number {
  const start = encodeUtf8(prefix);
  const whole = start.length & ~3;
  const state = absorb(seed, start, 0, whole);
  const usual = withRoom(start, USUAL_LENGTH);

  return (value) => {
    const length = utf8Length(value);
    const bytes = length > USUAL_LENGTH ? withRoom(start, length) : usual;
    const valueAt = hasLength ? writeLength(length, bytes, start.length) : start.length;
    const end = writeUtf8(value, bytes, valueAt);

    const blocks = end & ~3;
    return finish(absorb(state, bytes, whole, blocks), bytes, blocks, end);
  };
}

/** Bytes of a value for which one buffer is kept. */
const USUAL_LENGTH = 256;
/** Digits of the longest string's length, and the colon. */
const LENGTH_ROOM = 17;
const DIGIT_ZERO = 0x30;
const COLON = 0x3a;

function withRoom(prefix: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(prefix.length + LENGTH_ROOM + length);
  bytes.set(prefix);
  return bytes;
}

/** Writes `length` in decimal and a colon; returns the offset after it. */
function writeLength(length: number, bytes: Uint8Array, offset: number): number {
  if (length > 999) return writeUtf8(`${length}:`, bytes, offset);
  let end = offset;
  if (length > 99) bytes[end++] = DIGIT_ZERO + Math.floor(length / 100);
  if (length > 9) bytes[end++] = DIGIT_ZERO + (Math.floor(length / 10) % 10);
  bytes[end++] = DIGIT_ZERO + (length % 10);
  bytes[end++] = COLON;
  return end;
}
