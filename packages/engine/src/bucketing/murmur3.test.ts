import fc from "fast-check";
import { expect, test } from "vitest";
import { murmur3 } from "./murmur3.ts";
import { utf8Length } from "./utf8.ts";

test.each([
  ["", 0, 0x00000000],
  ["", 1, 0x514e28b7],
  ["", 0xffffffff, 0x81f16f39],
  ["test", 0, 0xba6bd213],
  ["test", 0x9747b28c, 0x704b81dc],
  ["Hello, world!", 0, 0xc0363e43],
  ["Hello, world!", 0x9747b28c, 0x24884cba],
  ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
  ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
  ["a", 0x9747b28c, 0x7fa09ea6],
  ["aa", 0x9747b28c, 0x5d211726],
  ["aaa", 0x9747b28c, 0x283e0130],
  ["aaaa", 0x9747b28c, 0x5a97808a],
  ["ππππππππ", 0x9747b28c, 0xd58063c1],
])("hashes %j with seed %i as published", (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash);
});

test("hashes any text, lone surrogates included, as the UTF-8 that TextEncoder makes of it", () => {
  const anyUnits = fc.array(fc.oneof(fc.nat(0xffff), fc.nat(0x7f), fc.integer({ min: 0xd700, max: 0xe0ff })));
  fc.assert(
    fc.property(anyUnits, fc.nat(), (units, seed) => {
      const text = String.fromCharCode(...units);
      const bytes = new TextEncoder().encode(text);

      expect(utf8Length(text)).toBe(bytes.length);
      expect(murmur3(text, seed)).toBe(referenceHash(bytes, seed));
    }),
    { numRuns: 2_000, examples: [[[0xffff, 0xe9], 0]] },
  );
}, 30_000);

/** MurmurHash3 of bytes, written from its description with BigInt: slow, and alike in nothing but the answer. */
function referenceHash(bytes: Uint8Array, seed: number): number {
  const u32 = (value: bigint) => BigInt.asUintN(32, value);
  const rotated = (value: bigint, by: bigint) => u32((value << by) | (value >> (32n - by)));
  const block = (at: number) =>
    bytes.slice(at, at + 4).reduceRight<bigint>((word, byte) => (word << 8n) | BigInt(byte), 0n);
  const scrambled = (word: bigint) => u32(rotated(u32(word * 0xcc9e2d51n), 15n) * 0x1b873593n);
  const whole = bytes.length - (bytes.length % 4);

  let hash = BigInt(seed);
  for (let at = 0; at < whole; at += 4)
    hash = u32(rotated(hash ^ scrambled(block(at)), 13n) * 5n + 0xe6546b64n);
  hash ^= scrambled(block(whole)) ^ BigInt(bytes.length);
  hash = u32((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = u32((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
}
