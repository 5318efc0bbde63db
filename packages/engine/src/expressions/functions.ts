import { Failure } from "../values/failure.ts";
import { mapKeys } from "../values/map-value.ts";
import { parseSemVer, SemVer } from "../values/semver.ts";
import { isMap, noOverload } from "../values/value-type.ts";

/** What a function does; the target of a method is its first operand. */
export interface FunctionMeaning {
  readonly accepts: (isMethod: boolean, operands: number) => boolean;
  readonly apply: (first: unknown, second: unknown) => unknown;
}

/** The functions of the language by name. What a writer is told about them stands in language/signatures.ts. */
export const functions: Readonly<Record<string, FunctionMeaning>> = {
  size: { accepts: (_isMethod, operands) => operands === 1, apply: size },
  startsWith: stringMethod("startsWith", (text, part) => text.startsWith(part)),
  endsWith: stringMethod("endsWith", (text, part) => text.endsWith(part)),
  contains: stringMethod("contains", (text, part) => text.includes(part)),
  semver: { accepts: (isMethod, operands) => !isMethod && operands === 1, apply: semver },
};

export const NOT_A_VERSION = new Failure("semver() was given a text that is no version");

/** `semver(x)`: a version of a text that is one. */
export function semver(value: unknown): SemVer | Failure {
  if (value instanceof SemVer) return value;
  if (typeof value !== "string") return noOverload("semver", value);
  return parseSemVer(value) ?? NOT_A_VERSION;
}

function stringMethod(name: string, test: (text: string, part: string) => boolean): FunctionMeaning {
  return {
    accepts: (isMethod, operands) => isMethod && operands === 2,
    apply: (text, part) =>
      typeof text === "string" && typeof part === "string" ? test(text, part) : noOverload(name, text, part),
  };
}

/** Code points of a string, items of a list, entries of a map. */
function size(value: unknown): bigint | Failure {
  if (typeof value === "string") return BigInt(codePoints(value));
  if (Array.isArray(value)) return BigInt(value.length);
  return isMap(value) ? BigInt(mapKeys(value).length) : noOverload("size", value);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
