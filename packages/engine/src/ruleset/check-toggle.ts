import { READ_LIMITS } from "../limits.ts";
import { checkExpression } from "./check-expression.ts";
import { checkCount, checkKey, checkOwnKey } from "./check-keys.ts";
import { checkServe, checkTargets } from "./check-serve.ts";
import { checkKind, checkVariant } from "./check-variant.ts";
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
  optional,
  type Problem,
} from "./problem.ts";

/** Checks one toggle of a ruleset or of a patch, kept under `key`. */
export function checkToggle(json: unknown, key: string): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const kind = field(json, "kind");
  const variants = field(json, "variants");
  if (!isObject(variants))
    return at("kind", checkKind(kind)) ?? at("variants", expected("an object", variants));

  const variantKey: Check = (name) => checkVariantKey(name, variants);
  const serve: Check = (inner) => checkServe(inner, variantKey);
  return checkFields(json, {
    kind: checkKind,
    key: (found) => checkOwnKey(found, key),
    version: checkCount,
    revision: checkCount,
    enabled: (found) => (typeof found === "boolean" ? undefined : expected("true or false", found)),
    variants: (found) =>
      checkEntries(found, READ_LIMITS.variants, (value, name) => checkVariant(value, name, kind)),
    offVariant: variantKey,
    prerequisites: optional((found) => checkList(found, READ_LIMITS.prerequisites, checkPrerequisite)),
    targets: optional((found) => checkTargets(found, variantKey)),
    rules: (found) => checkList(found, READ_LIMITS.rules, (rule) => checkRule(rule, serve)),
    rollout: (found) => (found === null ? undefined : serve(found)),
    defaultVariant: variantKey,
  });
}

function checkVariantKey(json: unknown, variants: Fields): Problem | undefined {
  return typeof json === "string" && Object.hasOwn(variants, json)
    ? undefined
    : expected("a variant's key", json);
}

/** The other toggle may be missing: then it is not met. */
function checkPrerequisite(json: unknown): Problem | undefined {
  if (!isObject(json)) return expected("a prerequisite", json);
  return checkFields(json, {
    toggle: checkKey,
    variants: (variants) => checkList(variants, READ_LIMITS.variants, checkKey),
  });
}

function checkRule(json: unknown, serve: Check): Problem | undefined {
  if (!isObject(json)) return expected("a rule", json);
  return checkFields(json, { id: checkKey, condition: checkExpression, serve });
}
