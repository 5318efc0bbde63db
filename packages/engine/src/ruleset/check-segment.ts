import { checkExpression } from "./check-expression.ts";
import { checkCount, checkIds, checkKey, checkOwnKey } from "./check-keys.ts";
import { checkFields, expected, isObject, optional, type Problem } from "./problem.ts";

/** Checks one segment of a ruleset or of a patch, kept under `key`. */
export function checkSegment(json: unknown, key: string): Problem | undefined {
  if (!isObject(json)) return expected("a segment", json);
  return checkFields(json, {
    key: (found) => checkOwnKey(found, key),
    revision: checkCount,
    include: checkIds,
    exclude: checkIds,
    condition: checkExpression,
    stickiness: optional(checkKey),
  });
}
