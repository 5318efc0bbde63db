import { encodeUtf8 } from "./utf8.ts";

/**
 * MurmurHash3 x86 32-bit of bytes, or of a text's UTF-8, as an unsigned 32-bit integer.
 * Source: Austin Appleby's MurmurHash3.cpp (public domain).
 */
export function murmur3(input: string | Uint8Array, seed = 0): number {
  const bytes = typeof input === "string" ? encodeUtf8(input) : input;
  const whole = bytes.length & ~3;
  return finish(absorb(seed | 0, bytes, 0, whole), bytes, whole, bytes.length);
}

/** Mixes the four-byte blocks of `bytes[from, to)` into the state; `to - from` is a multiple of four. */
export function absorb(state: number, bytes: Uint8Array, from: number, to: number): number {
  let hash = state;
  for (let at = from; at < to; at += 4) {
    const block =
      byte(bytes, at) |
      (byte(bytes, at + 1) << 8) |
      (byte(bytes, at + 2) << 16) |
      (byte(bytes, at + 3) << 24);
    hash ^= scramble(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  return hash;
}

/** Mixes in the last bytes (fewer than four, from `from`) and the length of the whole, and avalanches. */
export function finish(state: number, bytes: Uint8Array, from: number, length: number): number {
  let tail = 0;
  for (let at = length - 1; at >= from; at--) tail = (tail << 8) | byte(bytes, at);

  let hash = state ^ scramble(tail) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
