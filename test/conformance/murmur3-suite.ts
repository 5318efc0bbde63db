import { murmur3 } from "../../packages/engine/src/bucketing/murmur3.ts";
import { findText } from "./conformance-folder.ts";
import type { Case, Suite } from "./suite.ts";

interface Vector {
  readonly key: string;
  readonly seed: number;
  readonly hash32: number;
  readonly strategyBucket: number;
  readonly variantBucket1000: number;
}

/** MurmurHash3 x86 32-bit over UTF-8, and the buckets that Unleash makes of it. */
export function loadMurmur3(folder: string): Suite | undefined {
  const text = findText(folder, "murmur3", "vectors.json");
  if (text === undefined) return undefined;
  const vectors: readonly Vector[] = JSON.parse(text);
  return { cases: vectors.map(caseOf), exclusions: [] };
}

function caseOf(vector: Vector): Case {
  const { key, seed } = vector;
  return {
    name: `${JSON.stringify(key)} with seed ${seed}`,
    run: () => {
      const hash = murmur3(key, seed);
      const got = [hash, (hash % 100) + 1, (hash % 1000) + 1].join(", ");
      const expected = [vector.hash32, vector.strategyBucket, vector.variantBucket1000].join(", ");
      return got === expected ? undefined : `expected ${expected}; got ${got}`;
    },
  };
}
