import { absorb, finish, type HashState } from "./murmur3.ts";
import { utf8Length } from "./utf8.ts";

/**
 * MurmurHash3 of `prefix` and a value; with `hasLength` the value's count of UTF-8 bytes in decimal and a colon stand between.
 * The prefix is hashed once, and a call allocates nothing for usual values.
 */
export function prefixHasher(prefix: string, seed: number, hasLength: boolean): (value: string) => number {
  const start: HashState = { hash: seed, word: 0, bytes: 0 };
  absorb(start, prefix);
  const state = { ...start };

  return (value) => {
    state.hash = start.hash;
    state.word = start.word;
    state.bytes = start.bytes;
    if (hasLength) {
      const length = utf8Length(value);
      absorb(state, LENGTHS[length] ?? `${length}:`);
    }
    absorb(state, value);
    return finish(state);
  };
}

/** As they are hashed, made beforehand for usual values. */
const LENGTHS = Array.from({ length: 257 }, (_, length) => `${length}:`);
