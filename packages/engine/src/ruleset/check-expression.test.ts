import { expect, test } from "vitest";
import { checkExpression } from "./check-expression.ts";

const x = { kind: "variable", name: "x" };
const macro = { kind: "macro", name: "all", over: { kind: "attribute", name: "l" }, variable: "x", body: x };

test.each([
  { kind: "uint", value: "18446744073709551615" },
  { kind: "bytes", value: "\0a\xff" },
  { kind: "type", name: "int" },
  { kind: "now" },
  macro,
  { ...macro, name: "map", test: true },
  { kind: "segment", key: "beta" },
  { kind: "comprehension", of: 5 },
  { kind: "attribute", name: "cognito:`groups`" },
])("takes %j", (json) => {
  expect(checkExpression(json)).toBeUndefined();
});

test.each([
  [{ kind: "uint", value: "-1" }, ["value"], /an integer in decimal/],
  [{ kind: "uint", value: "1u" }, ["value"], /an integer in decimal/],
  [{ kind: "uint", value: "18446744073709551616" }, ["value"], /64 bits/],
  [{ kind: "bytes", value: "Ā" }, ["value"], /U\+00FF/],
  [{ kind: "double", value: Number.NaN }, ["value"], /a finite number/],
  [JSON.parse('{ "kind": "double", "value": 1e999 }'), ["value"], /a finite number/],
  [{ kind: "type", name: 1 }, ["name"], /a text/],
  [{ kind: "segment" }, ["key"], /a text/],
  [{ kind: "variable" }, ["name"], /a text/],
  [{ ...macro, variable: 1 }, ["variable"], /a text/],
  [{ ...macro, over: 1 }, ["over"], /found 1/],
  [{ ...macro, body: undefined }, ["body"], /nothing/],
  [{ ...macro, test: 1 }, ["test"], /found 1/],
])("refuses %j", (json, path, message) => {
  const problem = checkExpression(json);

  expect(problem?.path).toEqual(path);
  expect(problem?.message).toMatch(message);
});
