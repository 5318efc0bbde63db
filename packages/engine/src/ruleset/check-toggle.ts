import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkKey, checkOwnKey, isCount } from "./check-keys.ts";
import { checkRules } from "./check-rules.ts";
import { checkServe, checkTargets } from "./check-serve.ts";
import { checkKind, checkVariants, isVariantOf } from "./check-variant.ts";
import { at, checkList, expected, type Fields, isObject, type Problem } from "./problem.ts";
import { put, type SharedParts } from "./shared-parts.ts";

/**
 * Checks one toggle of a ruleset or of a patch, kept under `key`. Of a good one little is called: there may be thousands, and they are
 * read once.
 */
export function checkToggle(json: unknown, key: string, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const { kind, key: own, version, revision, enabled } = json;
  if (kind !== "boolean") {
    const found = checkKind(kind);
    if (found) return at("kind", found);
  }
  if (own !== key) return at("key", checkOwnKey(own, key));
  if (!isCount(version)) return at("version", checkCount(version));
  if (!isCount(revision)) return at("revision", checkCount(revision));
  if (enabled !== true && enabled !== false) return at("enabled", expected("true or false", enabled));
  return checkVariantsOf(json, shared) ?? checkServed(json, json.variants as Fields, shared);
}

/** What a toggle of these variants serves. */
function checkServed(toggle: Fields, variants: Fields, shared: SharedParts): Problem | undefined {
  const { offVariant, prerequisites, targets, rollout, defaultVariant } = toggle;
  if (!isVariantOf(variants, offVariant)) return at("offVariant", expected("a variant's key", offVariant));
  const found =
    (prerequisites === undefined ? undefined : at("prerequisites", checkPrerequisites(prerequisites))) ??
    (targets === undefined ? undefined : at("targets", checkTargets(targets, variants))) ??
    checkRulesOf(toggle, variants, shared);
  if (found) return found;
  if (rollout !== null) {
    const inRollout = checkServe(rollout, variants);
    if (inRollout) return at("rollout", inRollout);
  }
  return isVariantOf(variants, defaultVariant)
    ? undefined
    : at("defaultVariant", expected("a variant's key", defaultVariant));
}

function checkVariantsOf(toggle: Fields, shared: SharedParts): Problem | undefined {
  const { variants, kind } = toggle;
  if (typeof variants !== "number") return at("variants", checkVariants(variants, kind));
  const known = shared.variants[variants];
  if (!known) return at("variants", expected("an object", variants));
  if (!known.kinds.has(kind)) {
    const found = checkVariants(known.value, kind);
    if (found) return at("variants", found);
    known.kinds.add(kind);
  }
  return at("variants", put(toggle, "variants", known.value));
}

function checkRulesOf(toggle: Fields, variants: Fields, shared: SharedParts): Problem | undefined {
  const { rules } = toggle;
  if (typeof rules !== "number") return at("rules", checkRules(rules, variants, shared));
  const known = shared.rules[rules];
  if (!known) return at("rules", expected("a list", rules));
  for (const name of known.served)
    if (!isVariantOf(variants, name)) return at("rules", expected("a variant's key", name));
  return at("rules", put(toggle, "rules", known.value));
}

/** The other toggle may be missing: then it is not met. */
function checkPrerequisites(json: unknown): Problem | undefined {
  return checkList(json, READ_LIMITS.prerequisites, (prerequisite) => {
    if (!isObject(prerequisite)) return expected("a prerequisite", prerequisite);
    const { toggle, variants } = prerequisite;
    return (
      at("toggle", checkKey(toggle)) ?? at("variants", checkList(variants, READ_LIMITS.variants, checkKey))
    );
  });
}
