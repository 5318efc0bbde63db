import { BUCKETS } from "../bucketing/bucket.ts";
import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkIds, checkKey, isKey } from "./check-keys.ts";
import { checkVariantKey, isVariantOf } from "./check-variant.ts";
import {
  at,
  checkEntries,
  checkList,
  expected,
  type Fields,
  isObject,
  type Problem,
  problem,
} from "./problem.ts";

/** Checks what a rule or a rollout of a toggle of these variants serves. */
export function checkServe(json: unknown, variants: Fields | undefined): Problem | undefined {
  if (!isObject(json)) return expected("what to serve", json);
  switch (json.type) {
    case "variant":
      return checkVariantOf(json, variants);
    case "percentage":
      return (
        checkVariantOf(json, variants) ?? at("buckets", checkBuckets(json.buckets)) ?? checkHashing(json)
      );
    case "split":
      return at("slices", checkSlices(json.slices, variants)) ?? checkHashing(json);
    case "target":
      return at("targets", checkTargets(json.targets, variants));
    default:
      // A type from a newer server is let through, and passes on when evaluated.
      return at("type", checkKey(json.type));
  }
}

function checkVariantOf({ variant }: Fields, variants: Fields | undefined): Problem | undefined {
  return isVariantOf(variants, variant) ? undefined : at("variant", checkVariantKey(variant, variants));
}

/** Checks the users named under each variant. */
export function checkTargets(json: unknown, variants: Fields | undefined): Problem | undefined {
  return checkEntries(
    json,
    READ_LIMITS.variants,
    (ids, name) => checkVariantKey(name, variants) ?? checkIds(ids),
  );
}

/** Whether what is served so is chosen by a hash, and has a salt. */
export function hasSalt(type: unknown): boolean {
  return type === "percentage" || type === "split";
}

/** A family from a newer server is let through, and passes on when evaluated. */
function checkHashing({ salt, stickiness, hash }: Fields): Problem | undefined {
  if (!isKey(salt)) return at("salt", checkKey(salt));
  if (!isKey(stickiness)) return at("stickiness", checkKey(stickiness));
  return hash === undefined ? undefined : at("hash", checkKey(hash));
}

function checkBuckets(json: unknown): Problem | undefined {
  return checkCount(json) ?? (Number(json) <= BUCKETS ? undefined : expected(`at most ${BUCKETS}`, json));
}

function checkSlices(json: unknown, variants: Fields | undefined): Problem | undefined {
  let end = 0;
  return checkList(json, READ_LIMITS.slices, (slice) => {
    if (!Array.isArray(slice) || slice.length !== 3) return expected("a variant, from and to", slice);
    const [variant, from, to]: unknown[] = slice;
    const found =
      at(0, checkVariantKey(variant, variants)) ?? at(1, checkBuckets(from)) ?? at(2, checkBuckets(to));
    if (found) return found;
    if (Number(from) < end) return at(1, problem(`lies before ${end}, where the slice before it ends`));
    end = Number(to);
    return Number(from) < end ? undefined : at(2, problem("must be more than 'from'"));
  });
}
