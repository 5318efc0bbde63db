import fc from "fast-check";
import { expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { wildExpressions, wildNames } from "../../test/wild-expressions.ts";
import { checkExpression } from "../ruleset/check-expression.ts";
import { parseExpression } from "./condition.ts";
import type { Expression } from "./expression.ts";
import { print, printBeginning } from "./printer.ts";

test("prints what parses back to the same tree", () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      const text = print(expression);

      expect(parseExpression(text, { checked: false })).toEqual({ ok: true, expression, warnings: [] });
    }),
    { numRuns: 5_000 },
  );
}, 30_000);

test.each([
  ["((a && b)) && (c && d)", "a && b && c && d"],
  ["(a || b) && (c || d && e)", "(a || b) && (c || d && e)"],
  ["(1 + 2) * 3 - (4 - 5) - 6", "(1 + 2) * 3 - (4 - 5) - 6"],
  ["((1 * 2) + 3) == x", "1 * 2 + 3 == x"],
  ["(a == b) == c", "a == b == c"],
  ["a == (b == c)", "a == (b == c)"],
  ["(a ? b : c) ? (d ? e : f) : (g ? h : i)", "(a ? b : c) ? (d ? e : f) : g ? h : i"],
  ["!(a)", "!a"],
  ["!(!(a == b))", "!!(a == b)"],
  ["-(1)", "-(1)"],
  ["-(1.5.x)", "-(1.5.x)"],
  ["-(1[0])", "-(1[0])"],
  ["-(1.size())", "-(1.size())"],
  ["-0.0", "-0.0"],
  ["- -1", "--1"],
  ["(a + b).c", "(a + b).c"],
  ["1.0 + 1e21 + 1e-7", "1.0 + 1e+21 + 1e-7"],
  ['"it\'s\\n\\u0001"', "'it\\'s\\n\\u0001'"],
  ["{'a':1,}", "{'a': 1}"],
  ["0xFFu - 1u", "255u - 1u"],
  ['B"a\'\\xff\\n"', "b'a\\'\\xff\\x0a'"],
  ['r"a\\d"', "'a\\\\d'"],
  [".now < now", ".now < now"],
  ["`now` == `if` && `a-b`.`c-d`.if", ".now == `if` && `a-b`.`c-d`.if"],
  ["tags.exists(tag, tag == .tag)", "tags.exists(tag, tag == .tag)"],
  ["tags.map( x , (x > 1) , -x )", "tags.map(x, x > 1, -x)"],
  ["-(1.all(x, x))", "-(1.all(x, x))"],
  ["type(a) == google.protobuf.Duration", "type(a) == google.protobuf.Duration"],
  ["type(.int) in [int, .int]", "type(.int) in [int, .int]"],
  ['segment("beta")', "segment('beta')"],
])("prints %s as %s", (text, printed) => {
  const parsed = parseExpression(text, { checked: false });

  expect(parsed.ok && print(parsed.expression)).toBe(printed);
});

test("prints every tree that a reader takes as itself, or as what is refused", () => {
  fc.assert(
    fc.property(wildExpressions, (expression) => {
      fc.pre(checkExpression(structuredClone(expression)) === undefined);

      const parsed = parseExpression(print(expression), { checked: false });

      if (parsed.ok) expect(parsed.expression).toEqual(asWritten(expression));
      else expect(parsed.error.message).not.toBe("");
    }),
    { numRuns: 20_000 },
  );
}, 60_000);

test("prints the beginning of a text without looking at the rest", () => {
  fc.assert(
    fc.property(fc.oneof(expressions, wildExpressions), fc.nat(60), (expression, length) => {
      fc.pre(checkExpression(structuredClone(expression)) === undefined);

      expect(printBeginning(expression, length)).toBe(print(expression).slice(0, length));
    }),
    { numRuns: 20_000 },
  );
}, 60_000);

test("prints an attribute or a field of any name as itself, or as what is refused for its name", () => {
  fc.assert(
    fc.property(wildNames, wildNames, (name, field) => {
      const expression: Expression = { kind: "select", of: { kind: "attribute", name }, field };

      const parsed = parseExpression(print(expression));

      if ([name, field].every((each) => /^[\w.\-/ ]+$/.test(each)))
        expect(parsed).toMatchObject({ ok: true, expression });
      else expect(parsed).toMatchObject({ ok: false, error: { found: expect.stringContaining("the name") } });
    }),
    { numRuns: 5_000 },
  );
});

const x = { kind: "attribute", name: "x" } as const;

test.each<[string, unknown]>([
  ["`a\\u0060 || true || \\u0060b`", { kind: "attribute", name: "a` || true || `b" }],
  ["x.`a\\nb`", { kind: "select", of: x, field: "a\nb" }],
  ["x.`größe`", { kind: "select", of: x, field: "größe" }],
  ["``", { kind: "attribute", name: "" }],
  ["#`true || f`()", { kind: "call", name: "true || f", args: [] }],
  ["#segment('x')", { kind: "call", name: "segment", args: ["x"] }],
  ["#matches(x, 'a')", { kind: "call", name: "matches", args: [x, "a"] }],
  ["x.#all(x, x)", { kind: "call", name: "all", target: x, args: [x, x] }],
  ["x.#any(x, .x)", { kind: "macro", name: "any", over: x, variable: "x", body: x }],
  ["x.all(#now, x)", { kind: "macro", name: "all", over: x, variable: "now", body: x }],
  ["x #`||` x", { kind: "binary", op: "||", left: x, right: x }],
  ["#`x ||`x", { kind: "unary", op: "x ||", of: x }],
  ["#x", { kind: "variable", name: "x" }],
  ["#int", { kind: "type", name: "int" }],
  [
    "type(x) == #whole",
    { kind: "binary", op: "==", left: call("type", x), right: { kind: "type", name: "whole" } },
  ],
  ["#and", { kind: "and", of: [x] }],
  ["#lambda", { kind: "lambda" }],
  ["#NaN", { kind: "double", value: Number.NaN }],
  ["#`-Infinity`", { kind: "double", value: Number.NEGATIVE_INFINITY }],
])("prints as %s what no text means", (text, tree) => {
  expect(print(tree as Expression)).toBe(text);
  expect(parseExpression(text, { checked: false })).toMatchObject({ ok: false });
});

function call(name: string, ...args: readonly Expression[]): Expression {
  return { kind: "call", name, args };
}

/** What the parser makes of it: operands of one kind are taken in, and the sign of `-0.0` stands apart. */
function asWritten(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(asWritten);
  if (typeof part !== "object" || part === null) return part;
  const node = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, asWritten(inner)]));
  const { kind, value, of } = node;
  if (kind === "double" && Object.is(value, -0)) return { kind: "unary", op: "-", of: { kind, value: 0 } };
  if (kind !== "and" && kind !== "or") return node;
  const operands = of as readonly { readonly kind?: string; readonly of?: readonly unknown[] }[];
  return {
    kind,
    of: operands.flatMap((operand) => (operand?.kind === kind ? (operand.of ?? []) : [operand])),
  };
}
