import { absorb, finish } from "./murmur3.ts";
import { encodeUtf8, utf8Length, writeUtf8 } from "./utf8.ts";

/** Buckets of a rollout: one is 0.001 %. */
export const BUCKETS = 100_000;

/** "In the rollout" and "which variant" are drawn apart, so that neither tells the other. */
export type BucketDomain = "rollout" | "variant";

/**
 * Places a value in one of {@link BUCKETS} equal buckets.
 *
 * - Shape: `(salt, domain, value)` to an integer in `[0, 100_000)`.
 * - Stable: the same arguments give the same bucket in every SDK and every release; vectors/buckets.json holds examples.
 * - Source: MurmurHash3 x86 32-bit, seed 0, of the UTF-8 of `b1|salt|domain|length:value`, where `length` counts the
 *   value's UTF-8 bytes in decimal; then `floor(hash * 100_000 / 2^32)`, exact in integers and in doubles.
 */
export function bucketOf(salt: string, domain: BucketDomain, value: string): number {
  return bucketer(salt, domain)(value);
}

/** {@link bucketOf} with salt and domain fixed: their part is hashed once, and a call allocates nothing for usual values. */
export function bucketer(salt: string, domain: BucketDomain): (value: string) => number {
  const prefix = encodeUtf8(`b1|${salt}|${domain}|`);
  const whole = prefix.length & ~3;
  const state = absorb(0, prefix, 0, whole);
  const usual = withRoom(prefix, USUAL_LENGTH);

  return (value) => {
    const length = utf8Length(value);
    const bytes = length <= USUAL_LENGTH ? usual : withRoom(prefix, length);
    const start = writeLength(length, bytes, prefix.length);
    const end = writeUtf8(value, bytes, start);

    const blocks = end & ~3;
    const hash = finish(absorb(state, bytes, whole, blocks), bytes, blocks, end);
    return Math.floor((hash * BUCKETS) / 2 ** 32);
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
