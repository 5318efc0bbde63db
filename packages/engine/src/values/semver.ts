import type { Failure } from "./failure.ts";
import { MALFORMED } from "./failure.ts";
import type { Run } from "./run.ts";
import { Scalar } from "./scalar.ts";

/**
 * A version of SemVer 2.0.0 as a text whose order by UTF-16 units is that of §11. Build metadata has no part in it.
 * A number is its count of digits, as one unit, and its digits; a text goes after numbers, a release after all its
 * prereleases, and a shorter prerelease before what begins with it.
 */
export class SemVer extends Scalar<string> {
  constructor(key: string) {
    super("semver", key);
  }
}

const NUMERIC = "(0|[1-9][0-9]*)";
const IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const VERSION = new RegExp(
  `^${NUMERIC}(?:\\.${NUMERIC})?(?:\\.${NUMERIC})?(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
/** Longer texts are no versions, numbers or times; bounds the work on a hostile attribute. */
export const MAX_VALUE_LENGTH = 256;

/** Reads a version; `1.2` is `1.2.0` and `1` is `1.0.0`. A leading v is refused. `undefined` for what is no version. */
export function parseSemVer(text: string): SemVer | undefined {
  const match = text.length > MAX_VALUE_LENGTH ? null : VERSION.exec(text);
  if (!match) return undefined;

  const [, major = "0", minor = "0", patch = "0", prerelease] = match;
  const release = [major, minor, patch].map(numberKey).join("");
  return new SemVer(
    release + (prerelease ? `${prerelease.split(".").map(identifierKey).join("")}\0` : "\uffff"),
  );
}

/** `semver(x)` */
export function semver(run: Run, value: unknown): SemVer | Failure | undefined {
  if (value instanceof SemVer) return value;
  if (typeof value !== "string") return undefined;
  if (value.length > MAX_VALUE_LENGTH) return MALFORMED;
  return run.spend(value.length) ? (parseSemVer(value) ?? MALFORMED) : undefined;
}

function numberKey(digits: string): string {
  return String.fromCharCode(digits.length) + digits;
}

function identifierKey(identifier: string): string {
  return /\D/.test(identifier) ? `\x02${identifier}` : `\x01${numberKey(identifier)}`;
}
