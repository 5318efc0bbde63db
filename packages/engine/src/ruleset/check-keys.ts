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
  return isText(json, READ_LIMITS.keyLength);
}

/** A key: a text of 1 to `READ_LIMITS.keyLength`. */
export function checkKey(json: unknown): Problem | undefined {
  return checkText(json, READ_LIMITS.keyLength);
}

/** The key that something is kept under, repeated in it. */
export function checkOwnKey(json: unknown, key: string): Problem | undefined {
  return json === key ? undefined : expected(`the key '${key}' that it is kept under`, json);
}

/** A list of ids, of a target or a segment. */
export function checkIds(json: unknown): Problem | undefined {
  return checkList(json, READ_LIMITS.listedIds, (id) => checkText(id, READ_LIMITS.idLength));
}

function checkText(json: unknown, max: number): Problem | undefined {
  return isText(json, max) ? undefined : expected(`a text of 1 to ${max} characters`, json);
}

function isText(json: unknown, max: number): boolean {
  return typeof json === "string" && json.length > 0 && json.length <= max;
}
