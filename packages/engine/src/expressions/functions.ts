import { EVALUATION_LIMITS } from "../limits.ts";
import { contains } from "../values/contains.ts";
import { Failure } from "../values/failure.ts";
import { mapKeys } from "../values/map-value.ts";
import { BUDGET_EXCEEDED, type Run } from "../values/run.ts";
import { MAX_VERSION_LENGTH, parseSemVer, SemVer } from "../values/semver.ts";
import { isMap, noOverload } from "../values/value-type.ts";

/** What a function does; the target of a method is its first operand. */
export interface FunctionMeaning {
  readonly accepts: (isMethod: boolean, operands: number) => boolean;
  readonly apply: (first: unknown, second: unknown, run: Run) => unknown;
}

/** The functions of the language by name. What a writer is told about them stands in language/signatures.ts. */
export const functions: Readonly<Record<string, FunctionMeaning>> = {
  size: {
    accepts: (_isMethod, operands) => operands === 1,
    apply: (value, _, run) => size(value, run),
  },
  startsWith: stringMethod("startsWith", partOf, (text, part) => text.startsWith(part)),
  endsWith: stringMethod("endsWith", partOf, (text, part) => text.endsWith(part)),
  contains: stringMethod("contains", bothOf, contains),
  semver: {
    accepts: (isMethod, operands) => !isMethod && operands === 1,
    apply: (value, _, run) => semver(value, run),
  },
};

const NOT_A_VERSION = new Failure("semver() was given a text that is no version");

/** `semver(x)`: a version of a text that is one. */
export function semver(value: unknown, run: Run): SemVer | Failure {
  if (value instanceof SemVer) return value;
  if (typeof value !== "string") return noOverload("semver", value);
  if (value.length > MAX_VERSION_LENGTH) return NOT_A_VERSION;
  return run.spend(value.length) ? (parseSemVer(value) ?? NOT_A_VERSION) : BUDGET_EXCEEDED;
}

/** How many UTF-16 units of its operands a method looks at, at most. */
type Look = (text: string, part: string) => number;

function partOf(text: string, part: string): number {
  return part.length > text.length ? 0 : part.length;
}

/** A part is never longer than the text it stands in, so that short texts are free with any part. */
function bothOf(text: string, part: string): number {
  if (part.length > text.length) return 0;
  return text.length <= EVALUATION_LIMITS.freeTextLength ? 0 : text.length + part.length;
}

function stringMethod(
  name: string,
  look: Look,
  test: (text: string, part: string) => boolean,
): FunctionMeaning {
  return {
    accepts: (isMethod, operands) => isMethod && operands === 2,
    apply: (text, part, run) => {
      if (typeof text !== "string" || typeof part !== "string") return noOverload(name, text, part);
      return run.spendText(look(text, part)) ? test(text, part) : BUDGET_EXCEEDED;
    },
  };
}

/** Code points of a string, items of a list, entries of a map. */
function size(value: unknown, run: Run): bigint | Failure {
  if (typeof value === "string") {
    return run.spendText(value.length) ? BigInt(codePoints(value)) : BUDGET_EXCEEDED;
  }
  if (Array.isArray(value)) return BigInt(value.length);
  if (!isMap(value)) return noOverload("size", value);
  const keys = mapKeys(value, run);
  return keys ? BigInt(keys.length) : BUDGET_EXCEEDED;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
