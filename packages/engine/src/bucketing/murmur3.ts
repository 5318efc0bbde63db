import { utf8Of } from "./utf8.ts";

/**
 * MurmurHash3 x86 32-bit of a text's UTF-8, as an unsigned 32-bit integer.
 * Source: Austin Appleby's MurmurHash3.cpp (public domain).
 */
export function murmur3(text: string, seed = 0): number {
  return finish(absorb({ hash: seed, word: 0, bytes: 0 }, text)) >>> 0;
}

/** A hash under way. */
export interface HashState {
  hash: number;
  /** The bytes of a block that is not full yet, the first of them lowest. */
  word: number;
  bytes: number;
}

/** Mixes a text in. Allocates nothing. */
export function absorb(state: HashState, text: string): HashState {
  let { hash, word, bytes } = state;
  for (let at = 0; at < text.length; at++) {
    let rest = text.charCodeAt(at);
    if (rest > 0x7f) {
      const codePoint = text.codePointAt(at) ?? 0;
      if (codePoint > 0xffff) at++;
      rest = utf8Of(codePoint);
    }
    do {
      word |= (rest & 0xff) << (bytes++ << 3);
      if ((bytes & 3) === 0) {
        hash = mix(hash, word);
        word = 0;
      }
      rest >>>= 8;
    } while (rest !== 0);
  }
  state.hash = hash;
  state.word = word;
  state.bytes = bytes;
  return state;
}

/** Mixes in a block of four bytes, the first of them lowest. */
export function mix(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Mixes in the last bytes and the length of the whole, and avalanches. Signed, which is never boxed where 32 bits are not. */
export function finish({ hash, word, bytes }: HashState): number {
  let mixed = hash ^ scramble(word) ^ bytes;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
