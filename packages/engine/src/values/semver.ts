/** A numeric identifier past 15 digits is a bigint: the two compare exactly. */
type Identifier = string | number | bigint;

/** A version of SemVer 2.0.0. Build metadata has no part in the order and is not kept. */
export class SemVer {
  readonly major: number | bigint;
  readonly minor: number | bigint;
  readonly patch: number | bigint;
  readonly prerelease: readonly Identifier[];

  constructor(
    major: number | bigint,
    minor: number | bigint,
    patch: number | bigint,
    prerelease: readonly Identifier[],
  ) {
    this.major = major;
    this.minor = minor;
    this.patch = patch;
    this.prerelease = prerelease;
  }
}

const NUMERIC = "(?:0|[1-9][0-9]*)";
const PRERELEASE = `(?:${NUMERIC}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const VERSION = new RegExp(
  `^(${NUMERIC})(?:\\.(${NUMERIC}))?(?:\\.(${NUMERIC}))?(?:-(${PRERELEASE}(?:\\.${PRERELEASE})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
/** Longer texts are no versions; bounds the work on a hostile attribute. */
export const MAX_VERSION_LENGTH = 256;

/** Reads a version; `1.2` is `1.2.0` and `1` is `1.0.0`. A leading v is refused. `undefined` for what is no version. */
export function parseSemVer(text: string): SemVer | undefined {
  if (text.length > MAX_VERSION_LENGTH) return undefined;
  const match = VERSION.exec(text);
  if (!match) return undefined;

  const [, major = "0", minor = "0", patch = "0", prerelease] = match;
  return new SemVer(
    number(major),
    number(minor),
    number(patch),
    prerelease?.split(".").map(identifier) ?? [],
  );
}

/** Negative, zero or positive, by SemVer 2.0.0 §11. */
export function compareSemVer(left: SemVer, right: SemVer): number {
  return (
    order(left.major, right.major) ||
    order(left.minor, right.minor) ||
    order(left.patch, right.patch) ||
    comparePrerelease(left.prerelease, right.prerelease)
  );
}

function comparePrerelease(left: readonly Identifier[], right: readonly Identifier[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;

  for (const [at, mine] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const difference = compareIdentifiers(mine, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Numbers by size, before texts; texts by ASCII. */
function compareIdentifiers(left: Identifier, right: Identifier): number {
  if (typeof left === "string") return typeof right === "string" ? order(left, right) : 1;
  return typeof right === "string" ? -1 : order(left, right);
}

function order(left: Identifier, right: Identifier): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function identifier(text: string): Identifier {
  return /^[0-9]+$/.test(text) ? number(text) : text;
}

function number(digits: string): number | bigint {
  return digits.length <= 15 ? Number(digits) : BigInt(digits);
}
