import { absorb, finish, type HashState } from "./murmur3.ts";
import { utf8Length } from "./utf8.ts";

/**
 * MurmurHash3 of `prefix` and a value; with `hasLength` the value's count of UTF-8 bytes in decimal and a colon stand between.
 * The prefix is hashed once, and a call allocates nothing.
 */
export function prefixHasher(prefix: string, seed: number, hasLength: boolean): (value: string) => number {
  const start: HashState = { hash: seed, word: 0, bytes: 0 };
  absorb(start, prefix);
  const state = { ...start };

  return (value) => {
    state.hash = start.hash;
    state.word = start.word;
    state.bytes = start.bytes;
    if (hasLength) absorb(state, lengthText(utf8Length(value)));
    absorb(state, value);
    return finish(state);
  };
}

const lengthTexts: string[] = [];

/** The length and the colon, kept for usual lengths. */
function lengthText(length: number): string {
  const known = lengthTexts[length];
  if (known !== undefined) return known;
  const made = `${length}:`;
  if (length <= USUAL_LENGTH) lengthTexts[length] = made;
  return made;
}

const USUAL_LENGTH = 256;
