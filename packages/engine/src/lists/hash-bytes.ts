import { finish, mix } from "../bucketing/murmur3.ts";

/** MurmurHash3 x86 32-bit of bytes, seed 0, signed: what `murmur3` makes of the text whose UTF-8 they are. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  let word = 0;
  for (let at = from; at < to; at++) {
    const place = (at - from) & 3;
    word |= (bytes[at] ?? 0) << (place << 3);
    if (place < 3) continue;
    hash = mix(hash, word);
    word = 0;
  }
  return finish({ hash, word, bytes: to - from });
}
