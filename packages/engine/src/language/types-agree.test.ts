import { expect, test } from "vitest";
import { compileExpression } from "../expressions/compile-expression.ts";
import { library } from "../library/library.ts";
import { matches } from "../matches/index.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import { parseExpression } from "./condition.ts";
import { signatures } from "./signatures.ts";

/** A value of each type, such that whatever has a meaning for its type has a value for it. */
const SAMPLES = [
  "true",
  "1",
  "1u",
  "1.0",
  "'11'",
  "b'11'",
  "null",
  "['11']",
  "{'x': 1}",
  "type(1)",
  "timestamp('2026-01-01T00:00:00Z')",
  "duration('1s')",
  "semver('1')",
];

const operations = ["<", "<=", ">", ">=", "+", "-", "*", "/", "%"].flatMap((op) =>
  SAMPLES.flatMap((left) => SAMPLES.map((right) => `${left} ${op} ${right}`)),
);
const others = SAMPLES.flatMap((value) => [
  `!${value}`,
  `-${value}`,
  `${value}.all(x, true)`,
  `${value}.x`,
  `1 in ${value}`,
]);
const calls = Object.entries(signatures).flatMap(([name, { operands, optional = 0 }]) => {
  const counts = Array.from({ length: optional + 1 }, (_, left) => operands.length - left);
  return counts.flatMap((count) => argumentLists(count).flatMap((args) => callsOf(name, args)));
});

test("takes the types that evaluation has a meaning for, and no others", () => {
  const disagreements = [...operations, ...others, ...calls].filter(
    (text) => isTaken(text) !== hasValue(text),
  );

  expect(disagreements.filter((text) => !isChosen(text))).toEqual([]);
}, 30_000);

/** Where the checker is stricter: `1.0 % 1` is a slip, and so is looking for an int among texts. */
function isChosen(text: string): boolean {
  return (text.includes(" % ") && text.includes("1.0")) || /^1 in [[{]/.test(text);
}

function isTaken(text: string): boolean {
  return parseExpression(text).ok;
}

function hasValue(text: string): boolean {
  const parsed = parseExpression(text, { checked: false });
  if (!parsed.ok) return false;
  const run = new Run();
  run.begin({ library, segment: () => undefined, matches, nowMs: () => 0 });
  return !(compileExpression(parsed.expression)({}, run) instanceof Failure);
}

/** All mixtures of types for the first two operands, numbers and a text for the others. */
function argumentLists(count: number): readonly (readonly string[])[] {
  if (count === 0) return [[]];
  const last = count > 2 ? ["1", "1u", "1.0", "'11'", "null"] : SAMPLES;
  return argumentLists(count - 1).flatMap((args) => last.map((arg) => [...args, arg]));
}

function callsOf(name: string, args: readonly string[]): readonly string[] {
  const [target, ...others] = args;
  return [`${name}(${args.join(", ")})`, `${target}.${name}(${others.join(", ")})`];
}
