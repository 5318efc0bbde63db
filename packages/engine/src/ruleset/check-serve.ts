import { BUCKETS } from "../bucketing/bucket.ts";
import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkIds, checkKey } from "./check-keys.ts";
import {
  at,
  type Check,
  checkEntries,
  checkFields,
  checkList,
  expected,
  field,
  isObject,
  optional,
  type Problem,
  problem,
} from "./problem.ts";

/** Checks what a rule or a rollout serves; `variantKey` checks the key of a variant. */
export function checkServe(json: unknown, variantKey: Check): Problem | undefined {
  if (!isObject(json)) return expected("what to serve", json);
  switch (field(json, "type")) {
    case "variant":
      return checkFields(json, { variant: variantKey });
    case "percentage":
      return checkFields(json, { variant: variantKey, buckets: checkBuckets, ...hashing });
    case "split":
      return checkFields(json, { slices: (slices) => checkSlices(slices, variantKey), ...hashing });
    case "target":
      return checkFields(json, { targets: (targets) => checkTargets(targets, variantKey) });
    default:
      // A type from a newer server is let through, and passes on when evaluated.
      return checkFields(json, { type: checkKey });
  }
}

/** Checks the users named under each variant. */
export function checkTargets(json: unknown, variantKey: Check): Problem | undefined {
  return checkEntries(json, READ_LIMITS.variants, (ids, name) => variantKey(name) ?? checkIds(ids));
}

/** A family from a newer server is let through, and passes on when evaluated. */
const hashing: Readonly<Record<string, Check>> = {
  salt: checkKey,
  stickiness: checkKey,
  hash: optional(checkKey),
};

function checkBuckets(json: unknown): Problem | undefined {
  return checkCount(json) ?? (Number(json) <= BUCKETS ? undefined : expected(`at most ${BUCKETS}`, json));
}

function checkSlices(json: unknown, variantKey: Check): Problem | undefined {
  let end = 0;
  return checkList(json, READ_LIMITS.slices, (slice) => {
    if (!Array.isArray(slice) || slice.length !== 3) return expected("a variant, from and to", slice);
    const [variant, from, to]: unknown[] = slice;
    const found = at(0, variantKey(variant)) ?? at(1, checkBuckets(from)) ?? at(2, checkBuckets(to));
    if (found) return found;
    if (Number(from) < end) return at(1, problem(`lies before ${end}, where the slice before it ends`));
    end = Number(to);
    return Number(from) < end ? undefined : at(2, problem("must be more than 'from'"));
  });
}
