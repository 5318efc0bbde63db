import { expect, test } from "vitest";
import { parseCondition, parseExpression } from "./condition.ts";
import type { Expression } from "./expression.ts";

function parsed(text: string): Expression {
  const result = parseExpression(text, { checked: false });
  if (!result.ok) throw new Error(result.error.message);
  return result.expression;
}

const attribute = (name: string) => ({ kind: "attribute", name });
const variable = (name: string) => ({ kind: "variable", name });
const type = (name: string) => ({ kind: "type", name });

test("takes a name that a macro binds for its variable, inside the macro alone", () => {
  expect(parsed("x.all(x, x)[x]")).toEqual({
    kind: "index",
    of: { kind: "macro", name: "all", over: attribute("x"), variable: "x", body: variable("x") },
    at: attribute("x"),
  });
});

test("takes a name with a dot before it for the attribute, whatever else it could mean", () => {
  expect(parsed("a.exists(x, .x)")).toMatchObject({ body: attribute("x") });
  expect(parsed(".now")).toEqual(attribute("now"));
  expect(parsed("type(a) == .int")).toMatchObject({ right: attribute("int") });
});

test("takes the name of a type for the type only beside a type, or in one", () => {
  expect(parsed("type(a) == int")).toMatchObject({ right: type("int") });
  expect(parsed("google.protobuf.Timestamp != type(a)")).toMatchObject({
    left: type("google.protobuf.Timestamp"),
  });
  expect(parsed("type(a) in [string, b]")).toMatchObject({
    right: { items: [type("string"), attribute("b")] },
  });
  expect(parsed("type(map)")).toMatchObject({ args: [type("map")] });
  expect(parsed("type == int && list.map")).toMatchObject({
    of: [{ left: attribute("type"), right: attribute("int") }, { of: attribute("list") }],
  });
  expect(parsed("a.exists(int, type(a) == int)")).toMatchObject({ body: { right: variable("int") } });
});

test("takes backticks for names that can't stand bare", () => {
  expect(parsed("`user-agent`.`a/b`.in")).toEqual({
    kind: "select",
    of: { kind: "select", of: attribute("user-agent"), field: "a/b" },
    field: "in",
  });
});

test("takes segment('key') for a test of its own kind", () => {
  expect(parsed("!segment('beta')")).toMatchObject({ of: { kind: "segment", key: "beta" } });
});

test("takes matches(text, pattern) for the method", () => {
  expect(parsed("matches(a, 'x')")).toEqual(parsed("a.matches('x')"));
});

test.each([
  ["matches(a)", 1, 1, "'matches' called by itself"],
  ["a.all(x)", 1, 3, "'all' with a wrong number of arguments"],
  ["a.all()", 1, 3, "'all' with a wrong number of arguments"],
  ["a.filter(x, x, x)", 1, 3, "'filter' with a wrong number of arguments"],
  ["a.map(x, x, x, x)", 1, 3, "'map' with a wrong number of arguments"],
  ["a.all(x.y, x)", 1, 7, "'x'"],
  ["a.all(`x`, x)", 1, 7, "'x'"],
  ["a.all(now, x)", 1, 7, "'now'"],
  ["a.all(in, x)", 1, 7, "'in'"],
  ["a.all(3, x)", 1, 7, "'3'"],
  ["'abc'.all(x, x)", 1, 1, "a string"],
  ["a.all(x, 3)", 1, 10, "an int"],
  ["a.map(x, 'b', x) == b", 1, 10, "a string"],
  ["[1, 2].all(x, x.startsWith('a'))", 1, 15, "an int"],
  ["{'a': 1}.all(key, key > 1)", 1, 23, "a string > an int"],
  ["a.split(',').exists(part, part == 1)", 1, 32, "a string == an int"],
  ["[1].filter(x, true).all(x, x)", 1, 28, "an int"],
  ["[1].map(x, 'a').all(x, x > 1)", 1, 26, "a string > an int"],
  ["segment(a)", 1, 9, "something else"],
  ["segment()", 1, 1, "something else"],
  ["a.exists(x, has(x))", 1, 17, "something else"],
])("says of %s what is wrong", (text, line, column, found) => {
  const result = parseCondition(text);

  expect(result).toMatchObject({ ok: false, error: { line, column, found } });
});
