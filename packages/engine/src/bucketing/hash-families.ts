import { own } from "../evaluation/context.ts";
import { type BucketDomain, type Bucketer, bucketer } from "./bucket.ts";
import { unleashBucketer } from "./unleash-bucketer.ts";

/** A way to place values in buckets: `(salt, domain)` to a {@link Bucketer}. */
export type HashFamily = (salt: string, domain: BucketDomain) => Bucketer;

/** The hash families by the name that a serve gives. To add one, write it in a file of its own and name it here. */
const families: Readonly<Record<string, HashFamily>> = {
  b1: bucketer,
  unleash: unleashBucketer,
};

/** The family of this name, ours without one; `undefined` for one that this release lacks. */
export function hashFamily(name = "b1"): HashFamily | undefined {
  return own(families, name);
}
