import { WRITE_LIMITS } from "../limits.ts";
import { parseSemVer } from "../values/semver.ts";
import type { Declarations } from "./declarations.ts";
import { isAddress, isNetwork } from "./network-literal.ts";
import type { Operand } from "./operand.ts";
import { Refusal, unexpected } from "./refusal.ts";
import { isDuration, isTimestamp, isTimestampSeconds, isTimeZone } from "./time-literal.ts";

/** Refuses constant arguments with which the call would fail in every context. @throws {Refusal} */
export function checkLiterals(name: string, operands: readonly Operand[], declarations: Declarations): void {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  const [first, second] = operands;
  if (check) check(first, second, declarations);
  if (name.startsWith("get")) checkTimeZone(first, second);
}

type Check = (first: Operand | undefined, second: Operand | undefined, declarations: Declarations) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  bucket: checkSalt,
  cidr: (ip, block) => {
    checkText(ip, isAddress, "an IP address such as 10.1.2.3 or 2001:db8::1");
    checkText(block, isNetwork, "a network such as 10.0.0.0/8 or 2001:db8::/32");
  },
  duration: (span) => checkText(span, isDuration, "a duration such as 30s, 1h30m or 500ms", hintForDuration),
  matches: checkPattern,
  semver: (version) =>
    checkText(
      version,
      (text) => parseSemVer(text) !== undefined,
      "a version such as 1.2.3 or 2.0.0-beta.1",
      hintForVersion,
    ),
  timestamp: checkTimestamp,
};

function checkText(
  operand: Operand | undefined,
  isRight: (text: string) => boolean,
  expected: string,
  hintFor: (text: string) => string = () => "",
): void {
  if (typeof operand?.expression !== "string" || isRight(operand.expression)) return;
  throw unexpected(
    operand.start,
    `'${operand.expression.slice(0, 40)}'`,
    expected,
    hintFor(operand.expression),
  );
}

function checkTimestamp(operand: Operand | undefined): void {
  checkText(operand, isTimestamp, "a timestamp of RFC 3339 such as 2026-01-31T00:00:00Z", hintForTimestamp);
  const expression = operand?.expression;
  if (expression === null || typeof expression !== "object" || expression.kind !== "int") return;
  if (isTimestampSeconds(BigInt(expression.value))) return;
  throw unexpected(operand?.start ?? 0, expression.value, "seconds since 1970 of a year from 1 to 9999");
}

function checkTimeZone(time: Operand | undefined, zone: Operand | undefined): void {
  if (zone && time?.type === "duration") {
    throw unexpected(
      zone.start,
      "a time zone for a duration",
      "no argument: only a timestamp has a time zone",
    );
  }
  checkText(zone, isTimeZone, "a time zone such as UTC, Europe/Paris or +02:00");
}

function checkSalt(salt: Operand | undefined): void {
  if (typeof salt?.expression === "string") return;
  throw unexpected(
    salt?.start ?? 0,
    "a salt that is computed",
    "a salt in quotes, as in bucket('salt', userId)",
  );
}

function checkPattern(
  _text: Operand | undefined,
  pattern: Operand | undefined,
  declarations: Declarations,
): void {
  if (typeof pattern?.expression !== "string") return;
  const { length } = pattern.expression;
  const most = WRITE_LIMITS.patternLength;
  if (length > most) {
    throw unexpected(pattern.start, `a pattern of ${length} characters`, `at most ${most} characters`);
  }
  const fault = declarations.checkPattern(pattern.expression);
  if (fault === undefined) return;
  const message = `This pattern of 'matches' can't be read: ${fault}`;
  throw new Refusal(pattern.start, message, `'${pattern.expression.slice(0, 40)}'`, "a pattern of RE2");
}

function hintForVersion(text: string): string {
  return /^v/i.test(text) ? "Leave out the leading v." : "";
}

function hintForTimestamp(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isTimestamp(`${text}T00:00:00Z`)
    ? `Write ${text}T00:00:00Z.`
    : "";
}

function hintForDuration(text: string): string {
  return /\d\s*(?:d|w|day|days|weeks?)$/.test(text) ? "The largest unit is h: a day has 24h." : "";
}
