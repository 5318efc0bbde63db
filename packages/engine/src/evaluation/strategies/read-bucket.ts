import type { BucketDomain } from "../../bucketing/bucket.ts";
import { hashFamily } from "../../bucketing/hash-families.ts";
import { stickinessText } from "../../bucketing/stickiness.ts";
import type { Hashing } from "../../ruleset/ruleset.ts";
import { BUDGET_EXCEEDED, type Run } from "../../values/run.ts";
import { type Attributes, attributeReader } from "../context.ts";

/** Finds a context's bucket; a text says why it has none. */
export type BucketReader = (context: Attributes, run: Run) => number | string;

export function bucketReader({ salt, stickiness, hash }: Hashing, domain: BucketDomain): BucketReader {
  const read = attributeReader(stickiness);
  const bucket = hashFamily(hash)?.(salt, domain);
  if (!bucket) return () => `this release does not know the hash '${hash}'`;

  const nothingToHash = `the context has no value of '${stickiness}' to hash`;
  return (context, run) => {
    const text = stickinessText(read(context));
    if (text === undefined) return nothingToHash;
    return run.spendText(text.length) ? bucket(text) : BUDGET_EXCEEDED.message;
  };
}
