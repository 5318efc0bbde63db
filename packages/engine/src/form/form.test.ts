import fc from "fast-check";
import { expect, test } from "vitest";
import { rulesetWith, toggleWith } from "../../test/rulesets.ts";
import { wildNames } from "../../test/wild-expressions.ts";
import type { EvaluationContext } from "../evaluation/evaluation.ts";
import { prepare } from "../evaluation/prepare.ts";
import { parseCondition, parseExpression } from "../language/condition.ts";
import type { Expression } from "../language/expression.ts";
import { print } from "../language/printer.ts";
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
const scalar = fc.oneof(text, number);
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
  ["beta == true", { all: [{ attribute: "beta", operator: "isTrue", values: [] }] }],
  ["false == beta", { all: [{ attribute: "beta", operator: "isFalse", values: [] }] }],
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
  ["a != true", "no row for this comparison by '!='"],
  ["a in b", "a list of texts and numbers: a in b"],
  ["3 in [3]", "a list of texts and numbers: 3 in [3]"],
  ["a in [b]", "a list of texts and numbers: a in [b]"],
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

const spellings = [
  ["a == 'x'", "'x' == a", "!(a == 'x')", "a != 'x'"],
  ["a == 1", "a == 1.0", "1 <= a", "a < 1", "a in [1, 'x']", "!(a in ['x'])"],
  ["a", "!a", "a == true", "a == false", "has(a)", "!has(a)"],
  ["a.contains('x')", "semver(a) > semver('1')", "semver('1') != semver(a)"],
].flat();
const values = ["x", "y", 1, 2, true, false, null, "1.0.0", "2", [], {}];

test("shows only what matches the same contexts, a missing attribute's as well", () => {
  const disagreements = spellings.flatMap((spelling) => {
    const parsed = parseCondition(spelling);
    const shown = parsed.ok ? toForm(parsed.expression) : undefined;
    if (!parsed.ok || !shown?.ok) return [`${spelling} has no form`];
    const contexts = [{}, ...values.map((a) => ({ a }))];
    return contexts
      .filter((context) => doesMatch(parsed.expression, context) !== doesMatch(fromForm(shown.form), context))
      .map((context) => `${spelling} for ${JSON.stringify(context)}`);
  });

  expect(disagreements).toEqual([]);
});

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
