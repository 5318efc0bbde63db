import type { BucketDomain } from "../../bucketing/bucket.ts";
import { hashFamily } from "../../bucketing/hash-families.ts";
import type { Hashing } from "../../ruleset/ruleset.ts";
import type { Run } from "../../values/run.ts";
import type { Attributes } from "../context.ts";
import { EXCEEDED, textReader } from "../text-reader.ts";

/** Chooses by a context's bucket; a text says why it has none. */
export function byBucket<Chosen>(
  { salt, stickiness, hash }: Hashing,
  domain: BucketDomain,
  choose: (bucket: number) => Chosen,
): (context: Attributes, run: Run) => Chosen | string {
  const bucket = hashFamily(hash)?.(salt, domain);
  if (!bucket) return () => `this release does not know the hash '${hash}'`;

  const nothingToHash = `the context has no value of '${stickiness}' to hash`;
  const read = textReader(stickiness);
  return (context, run) => {
    const text = read(context, run);
    if (typeof text === "string") return choose(bucket(text));
    return text ? EXCEEDED : nothingToHash;
  };
}
