import { checkCondition } from "./check-expression.ts";
import { checkCount, checkIds, checkKey, checkOwnKey } from "./check-keys.ts";
import { at, checkFields, expected, isObject, optional, type Problem } from "./problem.ts";
import type { SharedParts } from "./shared-parts.ts";

/** Checks one segment of a ruleset or of a patch, kept under `key`. */
export function checkSegment(json: unknown, key: string, shared: SharedParts): Problem | undefined {
  if (!isObject(json)) return expected("a segment", json);
  return (
    at("key", checkOwnKey(json.key, key)) ??
    at("revision", checkCount(json.revision)) ??
    at("include", checkIds(json.include)) ??
    at("exclude", checkIds(json.exclude)) ??
    checkFields(json, { includeList: checkReference, excludeList: checkReference }) ??
    checkCondition(json, shared) ??
    (json.stickiness === undefined ? undefined : at("stickiness", checkKey(json.stickiness)))
  );
}

const checkReference = optional((json) =>
  isObject(json)
    ? checkFields(json, { hash: checkHash, count: checkCount })
    : expected("the hash and the count of a list", json),
);

function checkHash(json: unknown): Problem | undefined {
  const isHash = typeof json === "string" && /^[0-9a-f]{64}$/.test(json);
  return isHash ? undefined : expected("a SHA-256 of 64 lower-case hexadecimal digits", json);
}
