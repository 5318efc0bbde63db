import { READ_LIMITS } from "../limits.ts";
import { checkKey } from "./check-keys.ts";
import {
  at,
  type Check,
  checkEntries,
  expected,
  type Fields,
  isObject,
  type Problem,
  problem,
} from "./problem.ts";
import type { ToggleKind } from "./ruleset.ts";

const kinds: Readonly<Record<ToggleKind, Check>> = {
  boolean: (value) => (typeof value === "boolean" ? undefined : expected("a boolean", value)),
  string: (value) => (typeof value === "string" ? checkSize(value) : expected("a string", value)),
  number: (value) => (Number.isFinite(value) ? undefined : expected("a finite number", value)),
  json: checkSize,
};

export function checkKind(json: unknown): Problem | undefined {
  return isKind(json) ? undefined : expected("'boolean', 'string', 'number' or 'json'", json);
}

/** Checks the variants of a toggle of a kind. */
export function checkVariants(variants: unknown, kind: unknown): Problem | undefined {
  const check = isKind(kind) ? kinds[kind] : checkSize;
  return checkEntries(variants, READ_LIMITS.variants, (value, name) => checkKey(name) ?? check(value));
}

/** Whether a text is the key of one of these variants; of unknown ones, any is. */
export function isVariantOf(variants: Fields | undefined, json: unknown): boolean {
  return typeof json === "string" && (variants === undefined || Object.hasOwn(variants, json));
}

/** Checks the key of one of a toggle's variants. */
export function checkVariantKey(json: unknown, variants: Fields | undefined): Problem | undefined {
  return isVariantOf(variants, json) ? undefined : expected("a variant's key", json);
}

function isKind(json: unknown): json is ToggleKind {
  return typeof json === "string" && Object.hasOwn(kinds, json);
}

function checkSize(value: unknown): Problem | undefined {
  return checkPart(value, { left: READ_LIMITS.variantValueLength }, READ_LIMITS.variantValueDepth);
}

function checkPart(json: unknown, room: { left: number }, depth: number): Problem | undefined {
  room.left -= typeof json === "string" ? json.length : 1;
  if (room.left < 0) return problem(`is longer than ${READ_LIMITS.variantValueLength} characters`);
  if (json === null || typeof json === "string" || typeof json === "boolean") return undefined;
  if (typeof json === "number") return kinds.number(json);
  if (!isObject(json) && !Array.isArray(json)) return expected("a JSON value", json);
  if (depth === 0) return problem(`is nested deeper than ${READ_LIMITS.variantValueDepth}`);

  for (const [key, inner] of Object.entries(json)) {
    const found = checkPart(key, room, depth) ?? checkPart(inner, room, depth - 1);
    if (found) return at(Array.isArray(json) ? Number(key) : key, found);
  }
  return undefined;
}
