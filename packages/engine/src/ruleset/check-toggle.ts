import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkKey, checkOwnKey, isCount, isKey } from "./check-keys.ts";
import { checkRules } from "./check-rules.ts";
import { checkServe, checkTargets, hasSalt } from "./check-serve.ts";
import { checkKind, checkVariants, isVariantOf } from "./check-variant.ts";
import { at, checkList, expected, type Fields, isObject, type Problem, problem, tooMany } from "./problem.ts";
import type { Holder, SharedParts } from "./shared-parts.ts";

/**
 * Checks toggles, each kept under its key: those of a ruleset or, where `null` removes, those that a patch changes. One that is like
 * others, written `[number, version, revision, salt?]`, becomes that toggle. There may be thousands, and each is read once, by code
 * that no runtime has made fast yet: of a good one as little is called as can be.
 */
export function checkToggles(json: unknown, shared: SharedParts, isPatch = false): Problem | undefined {
  if (!isObject(json)) return expected("an object", json);
  const toggles = json as Holder;
  const keys = Object.keys(toggles);
  if (keys.length > READ_LIMITS.toggles) return tooMany("entries", keys.length, READ_LIMITS.toggles);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const toggle = toggles[key];
    let found: Problem | undefined;
    if (key.length === 0 || key.length > READ_LIMITS.keyLength) found = checkKey(key);
    else if (Array.isArray(toggle)) found = putToggle(toggle, key, shared, toggles);
    else if (!isPatch || toggle !== null) found = checkToggle(toggle, key, shared);
    if (found) return at(key, found);
  }
  return shared.checkPutLength();
}

/** Checks what toggles have in common, and keeps it. */
export function checkSharedToggle(json: unknown, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const { rollout } = json;
  const length = shared.measure(json);
  const isUnsalted = isObject(rollout) && rollout.salt === undefined;
  const found = checkBody(json, isUnsalted ? { ...rollout, salt: "-" } : rollout, shared);
  if (found) return found;
  shared.toggles.push({
    body: json,
    rollout: isObject(rollout) ? rollout : undefined,
    needsSalt: isUnsalted && hasSalt(rollout.type),
    length: length(),
  });
  return undefined;
}

/** Checks one toggle, kept under `key`. */
function checkToggle(json: unknown, key: string, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const { key: own, version, revision } = json;
  if (own !== key) return at("key", checkOwnKey(own, key));
  if (!isCount(version)) return at("version", checkCount(version));
  if (!isCount(revision)) return at("revision", checkCount(revision));
  return checkBody(json, json.rollout, shared);
}

/** Puts a toggle in the place of `[number, version, revision, salt?]`. What may be wrong is looked for where it is not as it should be. */
function putToggle(
  json: readonly unknown[],
  key: string,
  shared: SharedParts,
  toggles: Holder,
): Problem | undefined {
  // By index: taking a list apart by its iterator costs seven times as much, before a runtime has made it fast.
  const number = json[0];
  const version = json[1];
  const revision = json[2];
  const salt = json[3];
  const like = typeof number === "number" ? shared.toggles[number] : undefined;
  try {
    if (
      like &&
      typeof version === "number" &&
      version >= 0 &&
      Number.isSafeInteger(version) &&
      typeof revision === "number" &&
      revision >= 0 &&
      Number.isSafeInteger(revision)
    ) {
      if (salt === undefined && !like.needsSalt) {
        toggles[key] = { ...like.body, key, version, revision };
        shared.putLength += like.length;
        return undefined;
      }
      if (like.rollout && isKey(salt)) {
        toggles[key] = { ...like.body, key, version, revision, rollout: { ...like.rollout, salt } };
        shared.putLength += like.length;
        return undefined;
      }
    }
  } catch {
    return problem("names what is shared, and is frozen");
  }
  if (!like) return at(0, expected("the number of a shared toggle", number));
  return (
    at(1, checkCount(version)) ??
    at(2, checkCount(revision)) ??
    at(3, like.rollout ? checkKey(salt) : expected("nothing", salt))
  );
}

/** Checks all but what no other toggle has. */
function checkBody(toggle: Fields, rollout: unknown, shared: SharedParts): Problem | undefined {
  const { kind, enabled, variants } = toggle;
  if (kind !== "boolean") {
    const found = checkKind(kind);
    if (found) return at("kind", found);
  }
  if (enabled !== true && enabled !== false) return at("enabled", expected("true or false", enabled));
  return (
    at("variants", checkVariants(variants, kind)) ?? checkServed(toggle, variants as Fields, rollout, shared)
  );
}

/** What a toggle of these variants serves. */
function checkServed(
  { offVariant, prerequisites, targets, rules, defaultVariant }: Fields,
  variants: Fields,
  rollout: unknown,
  shared: SharedParts,
): Problem | undefined {
  if (!isVariantOf(variants, offVariant)) return at("offVariant", expected("a variant's key", offVariant));
  const found =
    (prerequisites === undefined ? undefined : at("prerequisites", checkPrerequisites(prerequisites))) ??
    (targets === undefined ? undefined : at("targets", checkTargets(targets, variants))) ??
    at("rules", checkRules(rules, variants, shared));
  if (found) return found;
  if (rollout !== null) {
    const inRollout = checkServe(rollout, variants);
    if (inRollout) return at("rollout", inRollout);
  }
  return isVariantOf(variants, defaultVariant)
    ? undefined
    : at("defaultVariant", expected("a variant's key", defaultVariant));
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
