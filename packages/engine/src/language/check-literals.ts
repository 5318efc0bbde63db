import { compileExpression } from "../expressions/compile-expression.ts";
import { library } from "../library/library.ts";
import { WRITE_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import type { Declarations } from "./declarations.ts";
import type { Expression } from "./expression.ts";
import type { Operand } from "./operand.ts";
import { print } from "./printer.ts";
import { Refusal, unexpected } from "./refusal.ts";

/**
 * Refuses constant arguments with which the call would fail in every context. What fails is what evaluation fails at: it is
 * tried with the constant, and with something harmless in the place of what is not constant. @throws {Refusal}
 */
export function checkLiterals(name: string, operands: readonly Operand[], declarations: Declarations): void {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  const [first, second] = operands;
  if (check) check(first, second, declarations);
  if (name.startsWith("get")) checkTimeZone(name, first, second);
}

type Check = (first: Operand | undefined, second: Operand | undefined, declarations: Declarations) => void;

type HintFor = (text: string) => string;

const CHECKS: Readonly<Record<string, Check>> = {
  bool: conversion("bool", "true or false, as a text"),
  bucket: checkSalt,
  cidr: (ip, block) => {
    checkConstant(ip, "an IP address such as 10.1.2.3 or 2001:db8::1", (text) => call("cidr", text, "::/0"));
    checkConstant(block, "a network such as 10.0.0.0/8 or 2001:db8::/32", (text) => call("cidr", "::", text));
  },
  double: conversion("double", "a number, as a text"),
  duration: conversion("duration", "a duration such as 30s, 1h30m or 500ms", hintForDuration),
  int: conversion("int", "a number that fits 64 bits"),
  matches: checkPattern,
  semver: conversion("semver", "a version such as 1.2.3 or 2.0.0-beta.1", hintForVersion),
  string: conversion("string", "bytes of UTF-8"),
  timestamp: conversion(
    "timestamp",
    "a timestamp of RFC 3339 such as 2026-01-31T00:00:00Z",
    hintForTimestamp,
  ),
  uint: conversion("uint", "a number from 0 that fits 64 bits"),
};

function conversion(name: string, expected: string, hintFor?: HintFor): Check {
  return (operand) => checkConstant(operand, expected, (constant) => call(name, constant), hintFor);
}

function checkConstant(
  operand: Operand | undefined,
  expected: string,
  use: (constant: Expression) => Expression,
  hintFor: HintFor = () => "",
): void {
  if (!operand || !isConstant(operand.expression) || hasValue(use(operand.expression))) return;
  throw unexpected(operand.start, shown(operand.expression), expected, hintFor(textOf(operand.expression)));
}

function isConstant(expression: Expression): boolean {
  if (expression === null || typeof expression !== "object") return true;
  return LITERALS.has(expression.kind);
}

const LITERALS: ReadonlySet<string> = new Set(["int", "uint", "double", "bytes"]);

/** Whether an expression without attributes evaluates to something. */
function hasValue(expression: Expression): boolean {
  const run = new Run();
  run.begin({ library, segment: () => undefined, matches: undefined, nowMs: () => 0 });
  return !(compileExpression(expression)({}, run) instanceof Failure);
}

function checkTimeZone(name: string, time: Operand | undefined, zone: Operand | undefined): void {
  if (zone && time?.type === "duration") {
    throw unexpected(
      zone.start,
      "a time zone for a duration",
      "no argument: only a timestamp has a time zone",
    );
  }
  const epoch = call("timestamp", { kind: "int", value: "0" });
  checkConstant(zone, "a time zone such as UTC, Europe/Paris or +02:00", (text) => ({
    kind: "call",
    name,
    target: epoch,
    args: [text],
  }));
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
  throw new Refusal(pattern.start, message, shown(pattern.expression), "a pattern of RE2");
}

function call(name: string, ...args: readonly Expression[]): Expression {
  return { kind: "call", name, args };
}

function textOf(expression: Expression): string {
  return typeof expression === "string" ? expression : "";
}

function shown(expression: Expression): string {
  return typeof expression === "string" ? `'${expression.slice(0, 40)}'` : print(expression).slice(0, 40);
}

function hintForVersion(text: string): string {
  return /^v/i.test(text) ? "Leave out the leading v." : "";
}

function hintForTimestamp(text: string): string {
  const whole = `${text}T00:00:00Z`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && hasValue(call("timestamp", whole)) ? `Write ${whole}.` : "";
}

function hintForDuration(text: string): string {
  return /\d\s*(?:d|w|day|days|weeks?)$/.test(text) ? "The largest unit is h: a day has 24h." : "";
}
