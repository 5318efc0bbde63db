import { expect, test } from "vitest";
import { findConformanceFile } from "../../test/conformance.ts";
import { murmur3 } from "./murmur3.ts";
import { encodeUtf8 } from "./utf8.ts";

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

test.each([
  [[0xff, 0xff, 0xff, 0xff], 0, 0x76293b50],
  [[0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b],
  [[0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
  [[0x21, 0x43, 0x65], 0, 0x7e4a8634],
  [[0x21, 0x43], 0, 0xa0f7b07a],
  [[0x21], 0, 0x72661cf4],
  [[0, 0, 0, 0], 0, 0x2362f9de],
  [[0], 0, 0x514e28b7],
])("hashes the bytes %j with seed %i as published", (bytes, seed, hash) => {
  expect(murmur3(Uint8Array.from(bytes), seed)).toBe(hash);
});

test("hashes a text as its UTF-8", () => {
  expect(murmur3("åäö 😀")).toBe(murmur3(encodeUtf8("åäö 😀")));
});

const published = findConformanceFile("murmur3/vectors.json");

test.skipIf(!published)("agrees with the conformance vectors of murmur3", () => {
  const vectors: readonly { key: string; seed: number; hash32: number }[] = JSON.parse(published ?? "[]");

  const hashes = vectors.map(({ key, seed }) => murmur3(key, seed));

  expect(hashes).toEqual(vectors.map(({ hash32 }) => hash32));
  expect(hashes.length).toBeGreaterThan(40);
});
