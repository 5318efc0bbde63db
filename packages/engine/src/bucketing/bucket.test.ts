import fc from "fast-check";
import { expect, test } from "vitest";
import { readVectors } from "../../test/vectors.ts";
import { BUCKETS, type BucketDomain, bucketOf } from "./bucket.ts";
import { hashFamily } from "./hash-families.ts";
import { murmur3 } from "./murmur3.ts";

interface BucketVector {
  readonly hash: unknown;
  readonly salt: string;
  readonly domain: BucketDomain;
  readonly value: string;
  readonly bucket: number;
}

const ours = readVectors("buckets") as readonly BucketVector[];
const unleash = readVectors("unleash-buckets") as readonly BucketVector[];

test("gives every bucket of the vectors", () => {
  const buckets = ours.map(({ salt, domain, value }) => bucketOf(salt, domain, value));

  expect(buckets).toEqual(ours.map(({ bucket }) => bucket));
});

test("gives every bucket of Unleash", () => {
  const buckets = unleash.map(({ salt, domain, value }) => hashFamily("unleash")?.(salt, domain)(value));

  expect(buckets).toEqual(unleash.map(({ bucket }) => bucket));
});

test("finds its own family without a name, and none that only objects inherit", () => {
  expect(hashFamily()).toBe(hashFamily("b1"));
  expect(hashFamily("constructor")).toBeUndefined();
});

test("hashes the parts as documented, whatever the salt and the value", () => {
  const parts = fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary", maxLength: 1_200 }));
  fc.assert(
    fc.property(parts, ([salt, value]) => {
      const hash = murmur3(`b1|${salt}|rollout|${new TextEncoder().encode(value).length}:${value}`);

      expect(bucketOf(salt, "rollout", value)).toBe(Math.floor((hash * BUCKETS) / 2 ** 32));
    }),
  );
}, 30_000);

test("draws the domains apart", () => {
  const inBoth = users(10_000).filter(
    (user) => bucketOf("s", "rollout", user) < 50_000 && bucketOf("s", "variant", user) < 50_000,
  );

  expect(inBoth.length).toBeGreaterThan(2_300);
  expect(inBoth.length).toBeLessThan(2_700);
});

test.each(["checkout", "a", "8f2c1e7a4b6d4c0f"])(
  "takes in the asked share of 100,000 users for salt %s",
  (salt) => {
    const buckets = users(100_000).map((user) => bucketOf(salt, "rollout", user));

    for (const percent of [1, 5, 10, 25, 50, 75, 99]) {
      const share = buckets.filter((bucket) => bucket < percent * 1_000).length / 1_000;
      expect(Math.abs(share - percent)).toBeLessThan(0.5);
    }
  },
);

function users(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `user-${at}`);
}
