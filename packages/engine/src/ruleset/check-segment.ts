import { checkCondition } from "./check-expression.ts";
import { checkCount, checkIds, checkKey, checkOwnKey } from "./check-keys.ts";
import { at, expected, isObject, type Problem } from "./problem.ts";
import type { SharedParts } from "./shared-parts.ts";

/** Checks one segment of a ruleset or of a patch, kept under `key`. */
export function checkSegment(json: unknown, key: string, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a segment", json);
  return (
    at("key", checkOwnKey(json.key, key)) ??
    at("revision", checkCount(json.revision)) ??
    at("include", checkIds(json.include)) ??
    at("exclude", checkIds(json.exclude)) ??
    at("includeList", checkReference(json.includeList)) ??
    at("excludeList", checkReference(json.excludeList)) ??
    checkCondition(json, shared) ??
    (json.stickiness === undefined ? undefined : at("stickiness", checkKey(json.stickiness)))
  );
}

function checkReference(json: unknown): Problem | undefined {
  if (json === undefined) return undefined;
  if (!isObject(json)) return expected("the hash and the count of a list", json);
  return at("hash", checkHash(json.hash)) ?? at("count", checkCount(json.count));
}

function checkHash(json: unknown): Problem | undefined {
  const isHash = typeof json === "string" && /^[0-9a-f]{64}$/.test(json);
  return isHash ? undefined : expected("a SHA-256 of 64 lower-case hexadecimal digits", json);
}
