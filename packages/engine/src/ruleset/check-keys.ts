import { READ_LIMITS } from "../limits.ts";
import { checkList, expected, type Problem } from "./problem.ts";

/** A count: a whole number from zero. */
export function checkCount(json: unknown): Problem | undefined {
  return isCount(json) ? undefined : expected("a whole number from 0", json);
}

export function isCount(json: unknown): boolean {
  return typeof json === "number" && json >= 0 && Number.isSafeInteger(json);
}

export function isKey(json: unknown): boolean {
  return typeof json === "string" && json.length > 0 && json.length <= READ_LIMITS.keyLength;
}

/** A key: a text of 1 to `READ_LIMITS.keyLength`. */
export function checkKey(json: unknown): Problem | undefined {
  return isKey(json) ? undefined : expected(`a text of 1 to ${READ_LIMITS.keyLength} characters`, json);
}

/** The key that something is kept under, repeated in it. */
export function checkOwnKey(json: unknown, key: string): Problem | undefined {
  return json === key ? undefined : expected(`the key '${key}' that it is kept under`, json);
}

/** A list of ids, of a target or a segment. */
export function checkIds(json: unknown): Problem | undefined {
  return checkList(json, READ_LIMITS.listedIds, checkId);
}

function checkId(json: unknown): Problem | undefined {
  return typeof json === "string" && json.length > 0 && json.length <= READ_LIMITS.idLength
    ? undefined
    : expected(`a text of 1 to ${READ_LIMITS.idLength} characters`, json);
}
