import { READ_LIMITS } from "../limits.ts";
import { checkCount, checkKey, checkOwnKey, isCount } from "./check-keys.ts";
import { checkRules } from "./check-rules.ts";
import { checkServe, checkTargets } from "./check-serve.ts";
import { checkKind, checkVariants, isVariantOf } from "./check-variant.ts";
import { at, checkList, expected, type Fields, isObject, type Problem } from "./problem.ts";
import { type Holder, put, type SharedParts } from "./shared-parts.ts";

/**
 * Checks one toggle of a ruleset or of a patch, kept under `key` of `toggles`. One that is like others, written
 * `[number, version, revision, salt?]`, becomes that toggle. Of a good one little is called: there may be thousands, and they are
 * read once.
 */
export function checkToggle(
  json: unknown,
  key: string,
  shared: SharedParts,
  toggles: Holder,
): Problem | undefined {
  if (Array.isArray(json)) return putToggle(json, key, shared, toggles);
  if (!isObject(json)) return expected("a toggle", json);
  const { key: own, version, revision } = json;
  if (own !== key) return at("key", checkOwnKey(own, key));
  if (!isCount(version)) return at("version", checkCount(version));
  if (!isCount(revision)) return at("revision", checkCount(revision));
  return checkBody(json, json.rollout, shared);
}

/** Checks what toggles have in common, and keeps it. */
export function checkSharedToggle(json: unknown, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a toggle", json);
  const { rollout } = json;
  const length = shared.measure(json);
  const needsSalt = isObject(rollout) && rollout.salt === undefined;
  const found = checkBody(json, needsSalt ? { ...rollout, salt: "-" } : rollout, shared);
  if (found) return found;
  const mustHaveSalt = needsSalt && checkServe(rollout, undefined) !== undefined;
  shared.toggles.push({ body: json, needsSalt: mustHaveSalt, length: length() });
  return undefined;
}

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
  if (!like) return at(0, expected("the number of a shared toggle", number));
  if (!isCount(version)) return at(1, checkCount(version));
  if (!isCount(revision)) return at(2, checkCount(revision));
  const { body, needsSalt, length } = like;
  const tooLong = shared.takeLength(length);
  if (tooLong) return tooLong;
  if (salt === undefined && !needsSalt) return put(toggles, key, { ...body, key, version, revision });
  const { rollout } = body;
  if (!isObject(rollout)) return at(3, expected("nothing", salt));
  return (
    at(3, checkKey(salt)) ??
    put(toggles, key, { ...body, key, version, revision, rollout: { ...rollout, salt } })
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
