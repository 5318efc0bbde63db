import { prepare, type RulesetToggle } from "@burgee/engine";
import type { FormRow } from "@burgee/engine/language";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Condition, conditionOf, newId, textOf, toRows, toText, treeOf } from "./condition.ts";
import { OPERATORS } from "./operators.ts";
import type { Row } from "./rows.ts";
import { isFormRow } from "./rows.ts";

const names = fc.constantFrom("plan", "age", "user.plan", "appVersion", "now", "user-agent");
const texts = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("IN", "1.2.3", "true", "18", '"', "a'b"));
const numbers = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value));
const scalars = fc.oneof(texts, numbers, fc.boolean());

const row: fc.Arbitrary<Row> = fc
  .record({
    attribute: names,
    operator: fc.constantFrom(...Object.keys(OPERATORS)),
    texts: fc.tuple(texts),
    numbers: fc.tuple(numbers),
    values: fc.array(scalars, { minLength: 1, maxLength: 4 }),
  })
  .map(({ attribute, operator, ...some }) => {
    const { operand } = OPERATORS[operator as FormRow["operator"]];
    const values = {
      ...{ none: [], values: some.values, value: some.values.slice(0, 1), number: some.numbers },
      ...{
        text: some.texts,
        pattern: some.texts,
        network: some.texts,
        version: some.texts,
        moment: some.texts,
      },
      segment: some.texts,
    }[operand];
    const named = operand === "segment" ? "" : attribute;
    return { id: newId(), attribute: named, operator: operator as FormRow["operator"], values };
  });
const rows: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ mode: fc.constant("rows"), join: fc.constant("all"), rows: fc.array(row, { maxLength: 4 }) }),
  fc.record({
    mode: fc.constant("rows"),
    join: fc.constant("any"),
    rows: fc.array(row, { minLength: 2, maxLength: 4 }),
  }),
);

test("gives back the rows of a builder from the expression that they stand for", () => {
  fc.assert(
    fc.property(rows, (condition) => {
      const text = textOf(condition) ?? "";

      expect(withoutIds(conditionOf(text))).toEqual(withoutIds(condition));
    }),
    { numRuns: 1_000 },
  );
});

test("shows only rows that mean what the expression means", () => {
  const contexts = fc.record(
    { plan: fc.constantFrom("pro", "free", 3), age: fc.constantFrom(17, 18, 19, "x") },
    { requiredKeys: [] },
  );
  const written = fc.constantFrom(
    "18 <= age",
    "!(plan in ['pro', 'team'])",
    "'pro' == plan && age > 17",
    "has(plan) || age < 19",
    "plan != 'pro'",
    "!(plan == 'pro')",
    "age >= 18 && (plan == 'pro' || plan == 'free')",
  );
  fc.assert(
    fc.property(written, contexts, (text, context) => {
      const condition = conditionOf(text);
      const touched = condition.mode === "rows" ? { ...condition, source: undefined } : condition;
      const { source: _, ...edited } = { source: undefined, ...touched };

      expect(holds(textOf(edited as Condition) ?? "false", context)).toBe(holds(text, context));
    }),
    { numRuns: 300 },
  );
});

test("keeps an expression as it was written until a row is touched", () => {
  const condition = conditionOf("18 <= age");

  expect(condition).toMatchObject({
    mode: "rows",
    rows: [{ attribute: "age", operator: "isGreaterOrEqual" }],
  });
  expect(textOf(condition)).toBe("18 <= age");
});

test("says why an expression has no rows, and keeps it", () => {
  const nested = { mode: "text", text: "a == 1 && (b == 2 || c == 3)" } as const;

  expect(conditionOf(nested.text)).toEqual(nested);
  expect(toRows(nested, {})).toMatchObject({ ok: false, reason: expect.stringContaining("one level") });
  expect(toRows({ mode: "text", text: "a ==" }, {})).toMatchObject({
    ok: false,
    reason: expect.stringContaining("Line 1"),
  });
});

test("has no text while a row is unfinished, and says which one", () => {
  const row: Row = { id: "r", attribute: "plan", operator: "isOneOf", values: [] };
  const condition = { mode: "rows", join: "all", rows: [row] } as const;

  expect(textOf(condition)).toBeUndefined();
  expect(toText(condition)).toEqual({
    ok: false,
    reason: "Finish the rows first: give plan a value to be held against.",
  });
});

test("has the rows of a declared moment as the server keeps it", () => {
  const switched = toRows(
    { mode: "text", text: "signedUp > timestamp('2026-01-01T00:00:00Z')" },
    { attributes: { signedUp: "timestamp" } },
  );

  expect(switched).toMatchObject({
    ok: true,
    condition: { rows: [{ attribute: "signedUp", operator: "isAfter" }] },
  });
});

function withoutIds(condition: Condition): unknown {
  if (condition.mode === "text") return condition;
  const { source: _, ...rest } = condition;
  return {
    ...rest,
    rows: condition.rows.map(({ id, ...row }) => ({
      ...row,
      isWhole:
        id !== "" && isFormRow(row.attribute === "" ? { operator: row.operator, values: row.values } : row),
    })),
  };
}

function holds(text: string, context: object): boolean {
  const condition = treeOf({ mode: "text", text }) ?? false;
  const serve = { type: "variant", variant: "on" } as const;
  const toggle: RulesetToggle = {
    ...{ key: "t", version: 1, revision: 1, enabled: true, variants: { on: true, off: false } },
    ...{ offVariant: "off", rules: [{ id: "r", condition, serve }], rollout: null, defaultVariant: "off" },
    kind: "boolean",
  };
  const ruleset = {
    schema: 1,
    project: "p",
    environment: "e",
    epoch: "1",
    revision: 1,
    toggles: { t: toggle },
  } as const;
  return prepare(ruleset).evaluate("t", { ...context }).value === true;
}
