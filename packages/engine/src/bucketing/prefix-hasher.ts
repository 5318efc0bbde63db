import { absorb, finish, type HashState } from "./murmur3.ts";
import { utf8Length } from "./utf8.ts";

/**
 * MurmurHash3 of `prefix` and a value, as a signed integer; with `hasLength` the value's count of UTF-8 bytes in decimal and a colon
 * stand between. What stands before the value is hashed once for each usual length, and then a call allocates nothing.
 */
export function prefixHasher(prefix: string, seed: number, hasLength: boolean): (value: string) => number {
  const state: HashState = { hash: 0, word: 0, bytes: 0 };
  const startOf = (length: number) => {
    const start = absorb({ hash: seed, word: 0, bytes: 0 }, prefix);
    return hasLength ? absorb(start, `${length}:`) : start;
  };
  const starts: HashState[] = [];

  return (value) => {
    const length = hasLength ? utf8Length(value) : 0;
    const start = starts[length] ?? startOf(length);
    if (length < KEPT_LENGTHS) starts[length] = start;
    state.hash = start.hash;
    state.word = start.word;
    state.bytes = start.bytes;
    return finish(absorb(state, value));
  };
}

const KEPT_LENGTHS = 64;
