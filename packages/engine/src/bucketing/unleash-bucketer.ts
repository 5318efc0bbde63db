import type { BucketDomain, Bucketer } from "./bucket.ts";
import { prefixHasher } from "./prefix-hasher.ts";

const VARIANT_SEED = 86_028_157;

/**
 * Unleash's places, so that an imported rollout keeps its users. The salt is its group id.
 *
 * - `rollout`: MurmurHash3 of `salt:value`, `% 100 + 1` is n: Unleash serves n <= percentage; n is bucket (n - 1) * 1,000.
 * - `variant`: the same with seed 86,028,157, `% 1000 + 1` is n: n is bucket (n - 1) * 100.
 * - Source: https://docs.getunleash.io/reference/stickiness
 */
export function unleashBucketer(salt: string, domain: BucketDomain): Bucketer {
  const isVariant = domain === "variant";
  const hash = prefixHasher(`${salt}:`, isVariant ? VARIANT_SEED : 0, false);
  return isVariant
    ? (value) => ((hash(value) >>> 0) % 1000) * 100
    : (value) => ((hash(value) >>> 0) % 100) * 1000;
}
