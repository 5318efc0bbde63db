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
    checkCondition(json, shared) ??
    (json.stickiness === undefined ? undefined : at("stickiness", checkKey(json.stickiness)))
  );
}
