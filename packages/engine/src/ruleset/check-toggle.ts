import { BUCKETS } from "../bucketing/bucket.ts";
import { READ_LIMITS } from "../limits.ts";
import { checkExpression } from "./check-expression.ts";
import {
  at,
  type Check,
  checkEntries,
  checkFields,
  checkList,
  expected,
  type Fields,
  field,
  isObject,
  type Problem,
  problem,
} from "./problem.ts";

/** Checks one toggle of a ruleset or of a patch, kept under `key`. */
export function checkToggle(json: unknown, key: string): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const kind = field(json, "kind");
  const variants = field(json, "variants");
  if (kind !== "boolean" && kind !== "string") return at("kind", expected("'boolean' or 'string'", kind));
  if (!isObject(variants)) return at("variants", expected("an object", variants));

  const variantKey: Check = (name) => checkVariantKey(name, variants);
  const serve: Check = (inner) => checkServe(inner, variantKey);
  return checkFields(json, {
    key: (found) => (found === key ? undefined : expected(`the key '${key}' that it is kept under`, found)),
    version: checkCount,
    revision: checkCount,
    enabled: (found) => (typeof found === "boolean" ? undefined : expected("true or false", found)),
    variants: (found) =>
      checkEntries(found, READ_LIMITS.variants, (value, name) => checkVariant(value, name, kind)),
    offVariant: variantKey,
    rules: (found) => checkList(found, READ_LIMITS.rules, (rule) => checkRule(rule, serve)),
    rollout: (found) => (found === null ? undefined : serve(found)),
    defaultVariant: variantKey,
  });
}

/** A count: a whole number from zero. */
export function checkCount(json: unknown): Problem | undefined {
  return Number.isSafeInteger(json) && Number(json) >= 0
    ? undefined
    : expected("a whole number from 0", json);
}

/** A key: a text of 1 to `READ_LIMITS.keyLength`. */
export function checkKey(json: unknown): Problem | undefined {
  const isKey = typeof json === "string" && json.length > 0 && json.length <= READ_LIMITS.keyLength;
  return isKey ? undefined : expected(`a text of 1 to ${READ_LIMITS.keyLength} characters`, json);
}

function checkVariant(value: unknown, name: string, kind: "boolean" | "string"): Problem | undefined {
  const key = checkKey(name);
  if (key) return key;
  if (typeof value !== kind) return expected(`a ${kind}`, value);
  const isTooLong = typeof value === "string" && value.length > READ_LIMITS.variantValueLength;
  return isTooLong ? problem(`is longer than ${READ_LIMITS.variantValueLength} characters`) : undefined;
}

function checkVariantKey(json: unknown, variants: Fields): Problem | undefined {
  return typeof json === "string" && Object.hasOwn(variants, json)
    ? undefined
    : expected("a variant's key", json);
}

function checkRule(json: unknown, serve: Check): Problem | undefined {
  if (!isObject(json)) return expected("a rule", json);
  return checkFields(json, { id: checkKey, condition: checkExpression, serve });
}

function checkServe(json: unknown, variantKey: Check): Problem | undefined {
  if (!isObject(json)) return expected("what to serve", json);
  switch (field(json, "type")) {
    case "variant":
      return checkFields(json, { variant: variantKey });
    case "percentage":
      return checkFields(json, {
        variant: variantKey,
        buckets: checkBuckets,
        salt: checkKey,
        stickiness: checkKey,
      });
    default:
      // A type from a newer server is let through, and passes on when evaluated.
      return checkFields(json, { type: checkKey });
  }
}

function checkBuckets(json: unknown): Problem | undefined {
  return checkCount(json) ?? (Number(json) <= BUCKETS ? undefined : expected(`at most ${BUCKETS}`, json));
}
