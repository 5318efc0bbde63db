import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expressions, scalars } from "../../test/expressions.ts";
import { wholeRun } from "../../test/whole-run.ts";
import vectors from "../../vectors/conditions.json" with { type: "json" };
import { failureText } from "../explain/failure-text.ts";
import type { Expression } from "../language/expression.ts";
import { parseCondition, parseExpression } from "../language/index.ts";
import { Failure } from "../values/failure.ts";
import type { Run } from "../values/run.ts";
import { compileExpression, compilePlainly } from "./compile-expression.ts";

describe("the vectors", () => {
  test.each(vectors)("$text is $outcome for $context", ({ text, expression, context, outcome }) => {
    const parsed = parseCondition(text);

    expect(parsed).toMatchObject({ ok: true, expression });
    expect(outcomeOf(parsed.ok ? parsed.expression : null, context)).toBe(outcome);
  });
});

test.each([
  ["1 + 2 * 3 - 4", 3n],
  ["7 / 2", 3n],
  ["-7 % 3", -1n],
  ["1 + 1.5", 2.5],
  ["1.5 - 1 * 2.0", -0.5],
  ["5.5 % 2", 1.5],
  ["'abc'.contains('b')", true],
  ["'abc'.startsWith('b')", false],
  ["1.0 / 0.0", Number.POSITIVE_INFINITY],
  ["-0.0", -0],
  ["--5", 5n],
  ["-9223372036854775808", -(2n ** 63n)],
  ["0x10", 16n],
  ["'a' + 'b'", "ab"],
  ["[1] + ['a']", [1n, "a"]],
  ["size('aé😀')", 3n],
  ["'ab'.size() + size([1, 2]) + size({'a': 1})", 5n],
  ["{'a': {'b': [1, 2]}}.a.b[1]", 2n],
  ["{true: 'x', 3: 'y'}[3]", "y"],
  ["[1, 2][1.0]", 2n],
  ["{1u: 'a', 2: 'b'}.map(k, type(k) == uint)", [true, false]],
  [
    "{2: 'b', 1u: 'a', 9223372036854775809u: 'c'}.filter(k, type(k) == uint).map(k, string(k))",
    ["1", "9223372036854775809"],
  ],
  ["{1u: 'a'}[1] + {1: 'b'}[1u] + {1u: 'c'}[1.0]", "abc"],
  ["{1u: 'a'} == {1: 'a'}", true],
  ["{'x': 1}.map(k, k)", ["x"]],
  ["true ? 'cows' : 17", "cows"],
  ["null", null],
])("%s gives %o", (text, value) => {
  expect(evaluate(text)).toEqual(value);
});

test.each([
  ["1 / 0", /division by zero/],
  ["1 % 0", /division by zero/],
  ["9223372036854775807 + 1", /out of range/],
  ["-9223372036854775808 / -1", /out of range/],
  ["-(-9223372036854775807 - 1)", /out of range/],
  ["missing", /no attribute 'missing'/],
  ["'a' - 'b'", /'-' has no meaning for string and string/],
  ["1 < 'a'", /'<' has no meaning for int and string/],
  ["'a' <= 1", /'<='/],
  ["true > 1", /'>'/],
  ["null >= null", /'>=' has no meaning for null_type and null_type/],
  ["semver('1.0.0') > '1'", /semver and string/],
  ["1 in 2", /'in'/],
  ["!0", /'!' has no meaning for int/],
  ["-'a'", /'-' has no meaning for string/],
  ["'cows' ? 1 : 2", /'\?:'/],
  ["1 / 0 ? 1 : 2", /division/],
  ["'a' && 'b'", /'&&'/],
  ["'a' || 'b' || 'c'", /'\|\|'/],
  ["true && 'b'", /'&&'/],
  ["[1][1]", /out of range/],
  ["[1][9223372036854775807]", /list and int/],
  ["[1]['a']", /has no meaning for list and string/],
  ["[1 / 0]", /division/],
  ["{'a': 1}['b']", /no such key/],
  ["{'a': 1}.b", /no field 'b'/],
  ["'a'.b", /'.b' has no meaning for string/],
  ["missing.b", /no attribute/],
  ["1[0]", /has no meaning for int and int/],
  ["{'a': 1, 'a': 2}", /twice/],
  ["{null: 1}", /'{}' has no meaning for null/],
  ["{1.5: 1}", /'{}' has no meaning for double/],
  ["{1 / 0: 1}", /division/],
  ["{1: 1 / 0}", /division/],
  ["has('a'.b)", /'has' has no meaning for string/],
  ["size(3)", /'size' has no meaning for int/],
  ["semver(3)", /'semver' has no meaning for int/],
  ["semver('v1')", /malformed/],
  ["'a'.startsWith(1)", /'startsWith'/],
  ["f_unknown(17)", /does not know 'f_unknown'/],
  ["size()", /does not know 'size'/],
  ["size(1, 2, 3)", /does not know/],
  ["'1.0.0'.semver()", /does not know/],
  ["constructor(1)", /does not know 'constructor'/],
])("%s fails with %s", (text, message) => {
  const value = evaluate(text);

  expect(value).toBeInstanceOf(Failure);
  expect(value instanceof Failure && failureText(value)).toMatch(message);
});

test.each([
  ["f_unknown(17) || true", true],
  ["missing || true", true],
  ["false && 32", false],
  ["'horses' && false", false],
  ["true && 1 / 0 != 0 && false", false],
  ["1 == 'a' || [1] == 1 || null == false", false],
  ["{'a': 1} == {'a': 1.0, 'b': 2} || {'a': 1} == {'b': 1} || {'a': 1} == [1]", false],
  ["[1, [2, 'x']] == [1.0, [2.0, 'x']] && [1] != [1, 2] && [1] != [2]", true],
  ["0.0 / 0.0 == 0.0 / 0.0 || 0.0 / 0.0 < 1.0 || 0.0 / 0.0 >= 1.0", false],
  ["semver(semver('1.2')) == semver('1.2.0') && semver('1') != '1'", true],
  ["[1, 2] in [[1.0, 2.0]] && !([] in [])", true],
  ["1.0 in {1: 'x'} && !(1.5 in {1: 'x'})", true],
  ["9223372036854775807 in [9223372036854775807] && 9223372036854775807 == 9223372036854775807", true],
  ["has({'a': 1}.a) && !has({'a': 1}.b)", true],
])("%s is %s", (text, value) => {
  expect(evaluate(text)).toBe(value);
});

test.each([
  ["1.2.4", ">", "1.2.4-rc.1", true],
  ["1.2.4", "==", "1.2.4-rc.1", false],
  ["1.2.4-rc.1", "<", "1.2.4", true],
  ["1.2", "==", "1.2.0", true],
  ["1", "<", "1.0.1", true],
  ["2.0.0", ">", "1.99999999999999999999.0", true],
  ["10.0.0", ">=", "9.9.9", true],
])("finds an attribute %s %s %s %s, with the shortcut and without", (version, op, literal, holds) => {
  const parsed = parseCondition(`semver(v) ${op} semver('${literal}')`);
  const tree = parsed.ok ? parsed.expression : null;

  expect(compileExpression(tree)({ v: version }, wholeRun())).toBe(holds);
  expect(compilePlainly(tree)({ v: version }, wholeRun())).toBe(holds);
});

test("finds NaN in no list", () => {
  expect(evaluate("a in [1, 2.5, 'x']", { a: Number.NaN })).toBe(false);
});

test("refuses to compare what repeats itself inside itself for ever", () => {
  const cycle: Record<string, unknown> = {};
  let wide: unknown = [1];
  for (let at = 0; at < 40; at++) wide = [wide, wide];
  cycle.wide = wide;

  expect(evaluate("a.wide == b.wide", { a: cycle, b: structuredClone(cycle) })).toBeInstanceOf(Failure);
  expect(evaluate("a.wide in [b.wide]", { a: cycle, b: structuredClone(cycle) })).toBeInstanceOf(Failure);
  expect(evaluate("a != b", { a: cycle, b: structuredClone(cycle) })).toBeInstanceOf(Failure);
  expect(evaluate("[a] == [b]", { a: cycle, b: structuredClone(cycle) })).toBeInstanceOf(Failure);
});

test.each([
  { kind: "comprehension" },
  { kind: "binary", op: "constructor", left: 1, right: 2 },
  { kind: "unary", op: "~", of: true },
])("takes %j, which a newer server may send, for an error", (json) => {
  const fromNewerServer: Expression = JSON.parse(JSON.stringify(json));

  expect(compileExpression(fromNewerServer)({}, wholeRun())).toBeInstanceOf(Failure);
});

const values = fc.oneof(
  fc.constantFrom<unknown>(
    "a",
    "IN",
    "1.2.3",
    "1.2",
    "2.0.0-rc.1",
    "01.2",
    1,
    1.5,
    0,
    2n,
    null,
    true,
    Number.NaN,
    undefined,
  ),
  fc.anything(),
);

test("gives the same answer with shortcuts and without, for the shapes that have one", () => {
  const attribute = fc.constantFrom("a", "userId").map((name): Expression => ({ kind: "attribute", name }));
  const version = (argument: fc.Arbitrary<Expression>) =>
    fc.tuple(argument).map((args): Expression => ({ kind: "call", name: "semver", args }));
  const texts = fc.constantFrom("1.2.3", "1.2", "1.2.4-rc.1", "2.0.99999999999999999999", "no");
  const shape = fc.oneof(
    fc.tuple(attribute, scalars),
    fc.tuple(
      attribute,
      fc.array(scalars).map((items): Expression => ({ kind: "list", items })),
    ),
    fc.tuple(version(attribute), version(texts)),
  );
  const op = fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "in");
  fc.assert(
    fc.property(shape, op, fc.boolean(), values, ([first, second], operator, flip, value) => {
      const [left, right] = flip ? [second, first] : [first, second];
      const expression: Expression = { kind: "binary", op: operator, left, right };
      const context = { a: value, userId: value };

      expect(comparable(compileExpression(expression)(context, wholeRun()))).toEqual(
        comparable(compilePlainly(expression)(context, wholeRun())),
      );
    }),
    { numRuns: 3_000 },
  );
}, 30_000);

test("gives the same answer with shortcuts and without, for any tree, and throws for none", () => {
  fc.assert(
    fc.property(
      expressions,
      fc.dictionary(fc.constantFrom("a", "b", "region"), values),
      (expression, context) => {
        expect(comparable(compileExpression(expression)(context, runAtNoon()))).toEqual(
          comparable(compilePlainly(expression)(context, runAtNoon())),
        );
      },
    ),
    { numRuns: 1_000 },
  );
}, 30_000);

test.each(["region == 'IN'", "age > 17", "semver(version) >= semver('1.2.3')"])(
  "%s makes nothing more of its tree for contexts that lack the attribute",
  (text) => {
    const parsed = parseCondition(text);
    let looks = 0;
    const watched = new Proxy(Object(parsed.ok && parsed.expression), {
      get: (node, field) => {
        looks++;
        return Reflect.get(node, field);
      },
    });
    const compiled = compileExpression(watched);
    const before = [compiled({ region: "IN", age: 18, version: "2.0.0" }, wholeRun()), looks];

    const value = compiled({}, wholeRun());

    expect(value).toEqual(new Failure("no_attribute", expect.any(String)));
    expect([true, looks]).toEqual(before);
  },
);

test.each([true, false])("shares the closure of %s, of which a condition may have thousands", (value) => {
  const [one, other] = [compileExpression(value), compileExpression(value)];

  expect(one).toBe(other);
  expect(one({}, wholeRun())).toBe(value);
});

function runAtNoon(): Run {
  const run = wholeRun();
  run.begin({ ...run.surroundings, nowMs: () => 43_200_000 });
  return run;
}

function evaluate(text: string, context = {}): unknown {
  const parsed = parseExpression(text, { checked: false });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compileExpression(parsed.expression)(context, wholeRun());
}

function outcomeOf(expression: Expression, context: Readonly<Record<string, unknown>>): unknown {
  const value = compileExpression(expression)(context, wholeRun());
  return value instanceof Failure ? "error" : value;
}

function comparable(value: unknown): unknown {
  return value instanceof Failure ? "error" : value;
}
