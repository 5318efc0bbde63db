import { expect, test } from "vitest";
import { compileExpression } from "../expressions/compile-expression.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import { Failure } from "../values/failure.ts";
import { Run } from "../values/run.ts";
import { checkPattern, matches } from "./index.ts";

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
  expect(matches(text, pattern)).toBe(found);
  expect(matches(text, pattern)).toBe(found);
});

test.each([
  ["(", /missing closing/],
  ["(?=a)", /\(\?=/],
  ["(a)\\1", /\\1/],
  ["a{1001}", /repeat count/],
  ["a".repeat(513), /too long/],
  ["(aaaaaaaaaaaaaaaaaaaa){900}", /repeats too much/],
])("refuses the pattern %j", (pattern, message) => {
  expect(checkPattern(pattern)).toMatch(message);
  expect(matches("a", pattern)).toBeInstanceOf(Failure);
});

test("takes time in proportion to the text where backtracking would never end", () => {
  const started = performance.now();

  expect(matches(`${"a".repeat(50_000)}b`, "(a+)+$")).toBe(false);
  expect(matches("x".repeat(50_000), "(x+x+)+y")).toBe(false);

  expect(performance.now() - started).toBeLessThan(2_000);
});

test("keeps no more patterns than it may", () => {
  for (let at = 0; at < 1_000; at++) expect(matches(`a${at}`, `^a${at}$`)).toBe(true);
});

test("is what an evaluation asks, for a price that grows with the pattern and the text", () => {
  const run = new Run();
  run.begin({ ...run.surroundings, matches });
  const tree = (pattern: string) =>
    compileExpression({
      kind: "call",
      name: "matches",
      target: { kind: "attribute", name: "text" },
      args: [pattern],
    });

  expect(tree("^b(an)+a$")({ text: "banana" }, run)).toBe(true);
  expect(EVALUATION_LIMITS.units - run.left).toBe(9);
  expect(tree("(a{100}){9}")({ text: "a".repeat(8_192) }, run)).toBeInstanceOf(Failure);
  expect(run.isExceeded).toBe(true);
  expect(tree("a")({ text: "a" }, new Run())).toBeInstanceOf(Failure);
});
