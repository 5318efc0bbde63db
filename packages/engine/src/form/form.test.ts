import fc from "fast-check";
import { expect, test } from "vitest";
import { rulesetWith, toggleWith } from "../../test/rulesets.ts";
import { wholeRun } from "../../test/whole-run.ts";
import { wildNames } from "../../test/wild-expressions.ts";
import type { EvaluationContext } from "../evaluation/evaluation.ts";
import { prepare } from "../evaluation/prepare.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import { parseCondition, parseExpression } from "../language/condition.ts";
import type { Expression } from "../language/expression.ts";
import { print } from "../language/printer.ts";
import { Failure } from "../values/failure.ts";
import type { Form, FormRow } from "./form.ts";
import { fromForm } from "./from-form.ts";
import { toForm } from "./to-form.ts";

const name = fc.constantFrom("region", "age", "user", "now", "int", "user-agent", "__proto__", "x");
const attribute = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "IN", "now", "1.2.3", "2026-01-31T00:00:00Z"),
);
const number = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value));
const none = fc.constant([] as const);
const scalar = fc.oneof(text, number, fc.boolean());
const compared = ["isGreater", "isGreaterOrEqual", "isLess", "isLessOrEqual"] as const;
const ofText = [
  ...(["contains", "startsWith", "endsWith", "matches", "inNetwork"] as const),
  ...(["isVersion", "isNotVersion", "isVersionAfter", "isVersionAfterOrEqual"] as const),
  ...([
    "isVersionBefore",
    "isVersionBeforeOrEqual",
    "isBefore",
    "isBeforeOrAt",
    "isAfter",
    "isAfterOrAt",
  ] as const),
];

const row: fc.Arbitrary<FormRow> = fc.oneof(
  fc.record({ attribute, operator: fc.constantFrom("isSet", "isNotSet", "isTrue", "isFalse"), values: none }),
  fc.record({ attribute, operator: fc.constantFrom("is", "isNot"), values: fc.tuple(scalar) }),
  fc.record({ attribute, operator: fc.constantFrom("isOneOf", "isNoneOf"), values: fc.array(scalar) }),
  fc.record({ attribute, operator: fc.constantFrom(...compared), values: fc.tuple(number) }),
  fc.record({ attribute, operator: fc.constantFrom(...ofText), values: fc.tuple(text) }),
  fc.record({ operator: fc.constantFrom("inSegment", "notInSegment"), values: fc.tuple(text) }),
);

const form: fc.Arbitrary<Form> = fc.oneof(
  fc.record({ all: fc.array(row, { maxLength: 5 }) }),
  fc.record({ any: fc.array(row, { minLength: 2, maxLength: 5 }) }),
);

test("gives back every form from its condition", () => {
  fc.assert(
    fc.property(form, (given) => {
      expect(toForm(fromForm(given))).toEqual({ ok: true, form: given });
    }),
    { numRuns: 5_000 },
  );
}, 30_000);

test("gives back every form from its condition's text", () => {
  fc.assert(
    fc.property(form, (given) => {
      const parsed = parseExpression(print(fromForm(given)), { checked: false });

      expect(parsed.ok && toForm(parsed.expression)).toEqual({ ok: true, form: given });
    }),
    { numRuns: 2_000 },
  );
}, 30_000);

test("is refused as text for an attribute of a name that no text holds, and else is what it was", () => {
  fc.assert(
    fc.property(fc.array(wildNames, { minLength: 1, maxLength: 3 }), (names) => {
      const given: Form = { all: [{ attribute: names.join("."), operator: "isTrue", values: [] }] };

      const parsed = parseCondition(print(fromForm(given)));

      if (
        names
          .join(".")
          .split(".")
          .every((name) => /^[\w\-/ ]+$/.test(name))
      )
        expect(parsed.ok && toForm(parsed.expression)).toEqual({ ok: true, form: given });
      else expect(parsed).toMatchObject({ ok: false, error: { found: expect.stringContaining("the name") } });
    }),
    { numRuns: 5_000 },
  );
});

test.each<[string, Form]>([
  ["true", { all: [] }],
  ["region == 'IN'", { all: [{ attribute: "region", operator: "is", values: ["IN"] }] }],
  ["'IN' != region", { all: [{ attribute: "region", operator: "isNot", values: ["IN"] }] }],
  ["!(region == 'IN')", { all: [{ attribute: "region", operator: "isNot", values: ["IN"] }] }],
  ["!(user.id in ['a', 3])", { all: [{ attribute: "user.id", operator: "isNoneOf", values: ["a", 3] }] }],
  ["18 <= age", { all: [{ attribute: "age", operator: "isGreaterOrEqual", values: [18] }] }],
  ["1 > age", { all: [{ attribute: "age", operator: "isLess", values: [1] }] }],
  ["1 < age", { all: [{ attribute: "age", operator: "isGreater", values: [1] }] }],
  ["1 >= age", { all: [{ attribute: "age", operator: "isLessOrEqual", values: [1] }] }],
  ["age < 1.5", { all: [{ attribute: "age", operator: "isLess", values: [1.5] }] }],
  ["beta", { all: [{ attribute: "beta", operator: "isTrue", values: [] }] }],
  ["!beta", { all: [{ attribute: "beta", operator: "isFalse", values: [] }] }],
  ["beta == true", { all: [{ attribute: "beta", operator: "is", values: [true] }] }],
  ["false != beta", { all: [{ attribute: "beta", operator: "isNot", values: [false] }] }],
  [
    "beta in [true, 'yes', 1]",
    { all: [{ attribute: "beta", operator: "isOneOf", values: [true, "yes", 1] }] },
  ],
  ["matches(email, 'x$')", { all: [{ attribute: "email", operator: "matches", values: ["x$"] }] }],
  [
    "has(a) && !has(a.b) && segment('beta') && !segment('staff')",
    {
      all: [
        { attribute: "a", operator: "isSet", values: [] },
        { attribute: "a.b", operator: "isNotSet", values: [] },
        { operator: "inSegment", values: ["beta"] },
        { operator: "notInSegment", values: ["staff"] },
      ],
    },
  ],
  [
    "semver('2.0') > semver(app) || timestamp(until) > now || cidr(ip, '::/0')",
    {
      any: [
        { attribute: "app", operator: "isVersionBefore", values: ["2.0"] },
        { attribute: "until", operator: "isAfter", values: ["now"] },
        { attribute: "ip", operator: "inNetwork", values: ["::/0"] },
      ],
    },
  ],
])("shows %s", (condition, expected) => {
  const parsed = parseCondition(condition);

  expect(parsed.ok && toForm(parsed.expression)).toEqual({ ok: true, form: expected });
});

test("shows a declared timestamp as a row", () => {
  const parsed = parseCondition("until < timestamp('2026-01-31T00:00:00Z')", {
    attributes: { until: "timestamp" },
  });

  expect(parsed.ok && toForm(parsed.expression)).toEqual({
    ok: true,
    form: { all: [{ attribute: "until", operator: "isBefore", values: ["2026-01-31T00:00:00Z"] }] },
  });
});

test.each([
  ["a && (b || c)", "stands inside another: b || c"],
  ["a && b || c", "stands inside another: a && b"],
  ["a ? b : c", "no choice between two conditions: a ? b : c"],
  ["a.exists(x, x == 1)", "no test of the items of a list: a.exists"],
  ["bool(a)", "no row for what 'bool' does here: bool(a)"],
  ["a.contains(b)", "no row for what 'contains' does here"],
  ["!a.contains('b')", "the contrary of this: !a.contains('b')"],
  ["!(a < 3)", "the contrary of this: !(a < 3)"],
  ["a == b", "with a constant; this has none: a == b"],
  ["size(a) > 3", "no row for this comparison by '>': size(a) > 3"],
  ["a == null", "no row for this comparison by '=='"],
  ["a == 9007199254740993", "no row for this comparison by '=='"],
  ["a > 'b'", "no row for this comparison by '>'"],
  ["a < true", "no row for this comparison by '<'"],
  ["a in b", "a list of texts, numbers, true and false: a in b"],
  ["3 in [3]", "a list of texts, numbers, true and false: 3 in [3]"],
  ["a in [b]", "a list of texts, numbers, true and false: a in [b]"],
  ["a.`b.c` == 1", "no row for this comparison by '=='"],
  ["a[0]", "no row for this: a[0]"],
  ["false", "this is a constant: false"],
])("says why it can't show %s", (condition, reason) => {
  const parsed = parseCondition(condition);

  expect(parsed.ok && toForm(parsed.expression)).toEqual({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});

test.each<[FormRow, string]>([
  [{ attribute: "until", operator: "isAfter", values: ["now"] }, "timestamp(until) > now"],
  [{ attribute: "user-agent.now", operator: "isFalse", values: [] }, "!`user-agent`.now"],
  [{ attribute: "app", operator: "isNotVersion", values: ["1.2"] }, "semver(app) != semver('1.2')"],
  [{ attribute: "age", operator: "isOneOf", values: [1, 1.5, 1e21] }, "age in [1, 1.5, 1e+21]"],
])("writes %j as %s", (given, condition) => {
  expect(print(fromForm({ any: [given] }))).toBe(condition);
});

const a: Expression = { kind: "attribute", name: "a" };
const subject = fc.constantFrom<Expression>(a, { kind: "select", of: a, field: "b" }, true);
const constant = fc.oneof(
  fc.constantFrom<Expression>("x", "1.0.0", "now", "2026-01-31T00:00:00Z", "::/0", "", true, false, null),
  fc.constantFrom("0", "1", "-3", "9007199254740991", "9007199254740993").map(int),
  fc.constantFrom(0, 1, 1.5, 2 ** 53, 1e300, Number.NaN).map((value) => ({ kind: "double", value }) as const),
  fc.constantFrom<Expression>({ kind: "uint", value: "1" }, { kind: "now" }),
);
const side = fc.oneof(
  subject,
  constant,
  fc.tuple(fc.constantFrom("semver", "timestamp"), fc.oneof(subject, constant)).map(([call, of]) => {
    return { kind: "call", name: call, args: [of] } as const;
  }),
);
const operator = fc.constantFrom(...(["==", "!=", "<", "<=", ">", ">=", "in", "+"] as const));
const positive: fc.Arbitrary<Expression> = fc.oneof(
  subject,
  fc.record({ kind: fc.constant("binary"), op: operator, left: side, right: side }),
  fc.record({
    kind: fc.constant("binary"),
    op: fc.constant("in"),
    left: subject,
    right: fc.record({ kind: fc.constant("list"), items: fc.array(constant, { maxLength: 3 }) }),
  }),
  fc.record({
    kind: fc.constant("has"),
    of: fc.constantFrom<Subject>({ kind: "select", of: a, field: "b" }, a),
  }),
  fc.record({ kind: fc.constant("segment"), key: fc.constant("beta") }),
  fc.record({
    kind: fc.constant("call"),
    name: fc.constantFrom("contains", "startsWith", "endsWith", "matches", "lowerAscii", "cidr"),
    target: subject,
    args: fc.array(constant, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant("call"),
    name: fc.constantFrom("cidr", "contains", "semver"),
    args: fc.array(side, { maxLength: 2 }),
  }),
);
const part = fc.oneof(
  { weight: 3, arbitrary: positive },
  { weight: 2, arbitrary: positive.map((of) => ({ kind: "unary", op: "!", of }) as const) },
);
const times = fc.constantFrom<Expression>("now", "2026-01-31T00:00:00Z", "x", a).map((of) => {
  return { kind: "call", name: "timestamp", args: [of] } as const;
});
const conditions: fc.Arbitrary<Expression> = fc.oneof(
  part,
  fc.record({ kind: fc.constant("binary"), op: operator, left: times, right: times }),
  fc.record({ kind: fc.constantFrom("and", "or"), of: fc.array(part, { maxLength: 3 }) }),
);
type Subject = Extract<Expression, { kind: "attribute" | "select" }>;

const SOME = [
  "x",
  "xy",
  "1.0.0",
  "::1",
  "2027-01-31T00:00:00Z",
  "now",
  0,
  1,
  1.5,
  -4,
  2 ** 53,
  Number.NaN,
  1n,
];
const CONTEXTS: readonly object[] = [
  {},
  ...[...SOME, 2n ** 53n + 1n, true, false, null, [], {}, new Date(0)].flatMap((value) => [
    { a: value },
    { a: { b: value } },
  ]),
];

test("shows only what means the same in every context, errors too", () => {
  let shown = 0;
  fc.assert(
    fc.property(conditions, (condition) => {
      const made = toForm(condition);
      if (!made.ok) return;
      shown++;

      const again = fromForm(made.form);

      const [before, after] = [condition, again].map((each) => {
        const ask = compileExpression(each);
        return CONTEXTS.map((context) => said(ask(context as EvaluationContext, wholeRun())));
      });
      expect(after).toEqual(before);
    }),
    { numRuns: 10_000 },
  );
  expect(shown).toBeGreaterThan(1_500);
}, 60_000);

function int(value: string) {
  return { kind: "int", value } as const;
}

function said(value: unknown): unknown {
  return value instanceof Failure ? "failure" : value;
}

test.each<FormRow>([
  { attribute: "a", operator: "isNoneOf", values: ["x"] },
  { attribute: "a", operator: "isNot", values: ["x"] },
  { attribute: "a", operator: "isFalse", values: [] },
])("does not match by $operator where the attribute is missing", (negative) => {
  const condition = fromForm({ all: [negative] });

  expect(doesMatch(condition, {})).toBe(false);
  expect(doesMatch(condition, { a: negative.operator === "isFalse" ? false : "y" })).toBe(true);
});

function doesMatch(condition: Expression, context: EvaluationContext): boolean {
  const rule = { id: "r", condition, serve: { type: "variant", variant: "on" } } as const;
  const evaluator = prepare(rulesetWith([toggleWith({ rules: [rule] })]));
  return evaluator.evaluate("cart", context).value === true;
}
