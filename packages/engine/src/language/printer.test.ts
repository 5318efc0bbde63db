import fc from "fast-check";
import { expect, test } from "vitest";
import { expressions } from "../../test/expressions.ts";
import { parseExpression } from "./condition.ts";
import { print } from "./printer.ts";

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
