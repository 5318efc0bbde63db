import { expect, test } from "vitest";
import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression } from "../language/expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import { checkPattern, isFound, matches, patternChecker } from "./index.ts";

test.each([
  ["hubba", "ubb", true],
  ["hubba", "^ubb", false],
  ["", "", true],
  ["mañana", "a+ñ+a+", true],
  ["🐱😀😀", "(a|😀){2}", true],
  ["banana", "^(?:b|(?:an))+a$", true],
  ["AB", "(?i)ab", true],
])("finds in %j the pattern %j: %s", (text, pattern, found) => {
  expect(checkPattern(pattern)).toBeUndefined();
  expect(isFound(text, pattern)).toBe(found);
  expect(isFound(text, pattern)).toBe(found);
});

test("judges patterns until they take more than they may together, each counted once", () => {
  const check = patternChecker(1_000);

  const faults = ["a+b", "a+b", "(", "[0-9]{20}", "a{500}", "c+d", "a+b"].map(check);

  expect(faults).toEqual([
    ...[undefined, undefined, expect.stringMatching(/missing closing/), undefined],
    ...[expect.stringMatching(/together/), expect.stringMatching(/together/), undefined],
  ]);
});

test.each([
  ["(", /missing closing/],
  ["(?=a)", /\(\?=/],
  ["(a)\\1", /\\1/],
  ["a{1001}", /repeat count/],
  ["a".repeat(513), /too long/],
  ["(aaaaaaaaaaaaaaaaaaaa){900}", /repeats too much/],
  ["((\\d{10}\\s{10}){10}){10}\\pL{100}", undefined],
  ["(((\\d\\s){10}){10}){10}".repeat(3), /repeats too much/],
  ["(?i)\\pL{900}", /repeats too much/],
  [`(?i)${"[b-𞥀]".repeat(4)}`, /repeats too much/],
])("says of the pattern %j: %s", (pattern, message) => {
  if (message === undefined) {
    expect(checkPattern(pattern)).toBeUndefined();
    return;
  }
  expect(checkPattern(pattern)).toMatch(message);
  expect(isFound("a", pattern)).toBeInstanceOf(Failure);
});

test("takes time in proportion to the text where backtracking would never end", () => {
  const started = performance.now();

  expect(isFound(`${"a".repeat(50_000)}b`, "(a+)+$")).toBe(false);
  expect(isFound("x".repeat(50_000), "(x+x+)+y")).toBe(false);

  expect(performance.now() - started).toBeLessThan(2_000);
});

const attribute = (name: string): Expression => ({ kind: "attribute", name });

function call(...args: readonly Expression[]) {
  return compileExpression({ kind: "call", name: "matches", target: attribute("text"), args });
}

function runWithMatches(): Run {
  const run = new Run();
  run.begin({ ...run.surroundings, matches });
  return run;
}

function spent(run: Run): number {
  return EVALUATION_LIMITS.units - run.left;
}

const COMPILING = 150 + 4 * 9 + 6 * 9;

test("charges a constant pattern for compiling it once in an evaluation, and for each text", () => {
  const run = runWithMatches();
  const isBanana = call("^b(an)+a$");

  expect(isBanana({ text: "banana" }, run)).toBe(true);
  expect(spent(run)).toBe(COMPILING + 8 + 9 * 2);
  expect(isBanana({ text: "bananas" }, run)).toBe(false);
  expect(spent(run)).toBe(COMPILING + 2 * (8 + 9 * 2));
  run.begin(run.surroundings);
  expect(isBanana({ text: "b" }, run)).toBe(false);
  expect(spent(run)).toBe(COMPILING + 8 + 9);
});

test("charges a pattern of the context for compiling it each time, kept or not", () => {
  const run = runWithMatches();
  const isFoundIn = call(attribute("pattern"));
  const charges = Array.from({ length: 3 }, (_, round) => {
    const before = run.left;
    isFoundIn({ text: "banana", pattern: "^b(an)+a$" }, run);
    if (round === 1) for (let at = 0; at < 1_000; at++) isFound("a", `other${at}`);
    return before - run.left;
  });

  expect(charges).toEqual(Array(3).fill(COMPILING + 8 + 9 * 2));
});

test.each([
  ["a+", 2, 6 * 2],
  ["((a{10}){10}){10}", 1_220, 6 * 1_220],
  ["[a-z]{100}", 100, 6 * 100],
  ["[abcdefgh]{100}", 100, 100 * (6 + 1)],
  ["\\p{Greek}", 1, 1_500 + 6 + 1 + 75],
  ["\\pL{10}", 10, 1_500 + 10 * (6 + 75)],
  ["[b-𞥀]", 1, 6],
  ["(?i)[b-я]", 2, 2 * 6 + (0x44f >> 3)],
  ["(?i)[b-\\x{44f}]", 2, 2 * 6 + 1 + (0x44f >> 3)],
  ["(?i)[b-\\x{10ffff}]", 2, 2 * 6 + 1 + (0x1ffff >> 3)],
])("charges what it takes to compile %s", (pattern, size, units) => {
  const run = runWithMatches();

  call(attribute("pattern"))({ text: "", pattern }, run);

  expect(spent(run)).toBe(150 + 4 * pattern.length + units + 8 + size);
});

test("compiles nothing that the budget does not pay, and looks at no more patterns than it does", () => {
  const run = runWithMatches();
  let looked = 0;
  const isFoundIn = call(attribute("pattern"));

  for (let at = 0; at < 5_000; at++) {
    if (isFoundIn({ text: "x", pattern: `(?i)\\pL${at}` }, run) !== true && !run.isExceeded) looked++;
  }

  expect(run.isExceeded).toBe(true);
  expect(looked).toBeLessThan(70);
});

test("fails for what is no text, and where nobody gave a meaning", () => {
  const run = runWithMatches();

  expect(call("a")({ text: 1 }, run)).toMatchObject({ code: "no_meaning" });
  expect(call("a")({}, run)).toMatchObject({ code: "no_attribute" });
  expect(call(attribute("pattern"))({ text: "a" }, run)).toMatchObject({ code: "no_attribute" });
  expect(call(attribute("text"))({ text: 1 }, run)).toMatchObject({ code: "no_meaning" });
  expect(call("(")({ text: "a" }, run)).toMatchObject({ code: "bad_pattern" });
  expect(call(attribute("p"))({ text: "a", p: "a".repeat(513) }, run)).toMatchObject({ code: "bad_pattern" });
  expect(call()({ text: "a" }, run)).toMatchObject({ code: "unknown" });
  expect(call("a", "b")({ text: "a" }, run)).toMatchObject({ code: "unknown" });
  expect(call("a")({ text: "a" }, new Run())).toMatchObject({ code: "unknown" });
});

test("ends by its budget", () => {
  const run = runWithMatches();

  expect(call("(a{100}){9}")({ text: "a".repeat(8_192) }, run)).toMatchObject({ code: "budget_exceeded" });
  expect(call("a")({ text: "a" }, run)).toMatchObject({ code: "budget_exceeded" });
  expect(call(attribute("text"))({ text: "a" }, run)).toMatchObject({ code: "budget_exceeded" });
});
