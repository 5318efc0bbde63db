import { prefixHasher } from "./prefix-hasher.ts";

/** Buckets of a rollout: one is 0.001 %. */
export const BUCKETS = 100_000;

/** "In the rollout" and "which variant" are drawn apart, so that neither tells the other. */
export type BucketDomain = "rollout" | "variant";

/** The bucket of a value, in `[0, 100_000)`. */
export type Bucketer = (value: string) => number;

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
export function bucketer(salt: string, domain: BucketDomain): Bucketer {
  const hash = prefixHasher(`b1|${salt}|${domain}|`, 0, true);
  return (value) => Math.floor(((hash(value) >>> 0) * BUCKETS) / 2 ** 32);
}
