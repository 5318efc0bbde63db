import { READ_LIMITS } from "../limits.ts";
import { checkList, expected, type Problem } from "./problem.ts";

/** A count: a whole number from zero. */
export function checkCount(json: unknown): Problem | undefined {
  return Number.isSafeInteger(json) && Number(json) >= 0
    ? undefined
    : expected("a whole number from 0", json);
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
  const isText = typeof json === "string" && json.length > 0 && json.length <= max;
  return isText ? undefined : expected(`a text of 1 to ${max} characters`, json);
}
