import { describe, expect, test } from "vitest";
import { ConditionReader } from "../conditions/condition-reader.ts";
import { AppError, type InputIssue } from "../errors/app-error.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { toSettingState } from "../settings/setting-input.ts";
import { createToggleInput, toNewToggle } from "./toggle-input.ts";

const valid = { key: "cart", default: true };
const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

describe("a toggle's input", () => {
  const refused: readonly [what: string, input: unknown, issue: Partial<InputIssue>][] = [
    ["nothing at all", undefined, { pointer: "" }],
    ["a list", [valid], { pointer: "" }],
    ["an unknown field", { ...valid, colour: "red" }, { pointer: "", code: "unrecognized_keys" }],
    ["no key", { default: true }, { pointer: "/key" }],
    ["a key with a blank", { ...valid, key: "my cart" }, { pointer: "/key", code: "invalid_format" }],
    ["a key of 129 characters", { ...valid, key: "k".repeat(129) }, { pointer: "/key" }],
    ["a reserved key", { ...valid, key: "environment" }, { pointer: "/key" }],
    ["a key that objects have by nature", { ...valid, key: "constructor" }, { pointer: "/key" }],
    ["no default", { key: "cart" }, { pointer: "/default" }],
    [
      "a number as default of texts",
      { key: "cart", kind: "string", default: 1 },
      { pointer: "/default", code: "unknown_variant" },
    ],
    ["a number without end", { key: "cart", default: Number.POSITIVE_INFINITY }, { pointer: "/default" }],
    [
      "JSON that is too deep",
      { key: "cart", default: nested(LIMITS.variantValueDepth + 1) },
      { pointer: "/default", message: "A value is nested at most 20 levels deep." },
    ],
    [
      "JSON that is too large",
      { key: "cart", default: { text: "é".repeat(LIMITS.variantValueBytes / 2) } },
      { pointer: "/default", message: "A value has at most 8192 bytes as JSON; this one has 8203." },
    ],
    ["JSON with a NUL in a name", { key: "cart", default: { "a\0": 1 } }, { pointer: "/default" }],
    [
      "a text among numbers",
      { key: "cart", default: 1, variants: { small: 1, large: "2" } },
      {
        pointer: "/variants/large",
        code: "wrong_kind",
        message: "Every value of a number toggle is a number.",
      },
    ],
    [
      "a schema of a boolean toggle",
      { ...valid, valueSchema: {} },
      { pointer: "/valueSchema", code: "fixed_variants" },
    ],
    [
      "a default that is too long",
      { key: "cart", default: "x".repeat(LIMITS.variantValueLength + 1) },
      { pointer: "/default" },
    ],
    ["a text with a NUL", { key: "cart", default: "a\0b" }, { pointer: "/default" }],
    ["half a surrogate pair", { ...valid, description: "\ud83d" }, { pointer: "/description" }],
    [
      "a description that is too long",
      { ...valid, description: "x".repeat(LIMITS.descriptionLength + 1) },
      { pointer: "/description" },
    ],
    ["an unknown kind", { ...valid, kind: "color" }, { pointer: "/kind" }],
    [
      "variants of a boolean toggle",
      { ...valid, variants: { yes: true } },
      { pointer: "/variants", code: "fixed_variants" },
    ],
    [
      "a boolean among texts",
      { key: "cart", default: "S", variants: { small: "S", none: false } },
      { pointer: "/variants/none", code: "wrong_kind" },
    ],
    [
      "a variant's key with a slash",
      { key: "cart", default: "S", variants: { "a/b": "S" } },
      { pointer: "/variants/a~1b" },
    ],
    [
      "a value that is another variant's key",
      { key: "cart", default: "S", variants: { small: "S", medium: "small" } },
      { pointer: "/variants/small", code: "ambiguous_variant" },
    ],
    [
      "more variants than a toggle has",
      {
        key: "cart",
        default: "0",
        variants: Object.fromEntries(
          Array.from({ length: LIMITS.variantsPerToggle + 1 }, (_, n) => [`v${n}`, `${n}`]),
        ),
      },
      { pointer: "/variants", code: "too_many" },
    ],
    [
      "a default that is no variant",
      { key: "cart", default: "XL", variants: { small: "S" } },
      { pointer: "/default", code: "unknown_variant" },
    ],
    [
      "true as default of texts",
      { ...valid, kind: "string" },
      { pointer: "/default", code: "unknown_variant" },
    ],
    [
      "an off value that is no variant",
      { ...valid, off: "red" },
      { pointer: "/off", code: "unknown_variant" },
    ],
    [
      "a percentage that is no thousandth",
      { ...valid, rollout: { type: "percentage", value: 99.9999999 } },
      { pointer: "/rollout/value" },
    ],
    [
      "a percentage next to nothing",
      { ...valid, rollout: { type: "percentage", value: 1e-9 } },
      { pointer: "/rollout/value" },
    ],
    ["enabled as a text", { ...valid, enabled: "yes" }, { pointer: "/enabled" }],
  ];

  test.each(refused)("is refused with its place: %s", (_, input, issue) => {
    expect(issuesOf(input)).toContainEqual(expect.objectContaining(issue));
  });
});

describe("a rule", () => {
  const rule = { condition: "true", value: true };
  const refused: readonly [what: string, rule: unknown, issue: Partial<InputIssue>][] = [
    ["no condition", { value: true }, { pointer: "/rules/0/condition" }],
    ["an empty condition", { ...rule, condition: "" }, { pointer: "/rules/0/condition" }],
    [
      "a condition that does not parse",
      { ...rule, condition: "region ==\n  == 'IN'" },
      { pointer: "/rules/0/condition", code: "invalid_condition", line: 2, column: 3 },
    ],
    [
      "a condition that is a text",
      { ...rule, condition: "'IN'" },
      { pointer: "/rules/0/condition", code: "invalid_condition", line: 1, column: 1 },
    ],
    [
      "a value that no variant has",
      { ...rule, value: "red" },
      { pointer: "/rules/0", code: "unknown_variant" },
    ],
    ["nothing to serve", { condition: "true" }, { pointer: "/rules/0", code: "unknown_variant" }],
    ["a value and a variant", { ...rule, variant: "on" }, { pointer: "/rules/0", code: "unknown_variant" }],
    [
      "a variant of nobody",
      { condition: "true", variant: "red" },
      { pointer: "/rules/0", code: "unknown_variant" },
    ],
    ["an id with a blank", { ...rule, id: "my rule" }, { pointer: "/rules/0/id" }],
    ["an unknown field", { ...rule, weight: 1 }, { pointer: "/rules/0", code: "unrecognized_keys" }],
    [
      "a rollout of 101 %",
      { ...rule, rollout: { type: "percentage", value: 101 } },
      { pointer: "/rules/0/rollout/value" },
    ],
  ];

  test.each(refused)("is refused with its place: %s", (_, bad, issue) => {
    expect(issuesOf({ ...valid, rules: [bad] })).toContainEqual(expect.objectContaining(issue));
  });

  test("may not bear another's id", () => {
    const rules = [
      { ...rule, id: "same" },
      { ...rule, id: "other" },
      { ...rule, id: "same" },
    ];

    expect(issuesOf({ ...valid, rules })).toEqual([
      { pointer: "/rules/2/id", code: "repeated_id", message: "Another rule has the id same." },
    ]);
  });

  test("is one of a bounded number", () => {
    const rules = Array.from({ length: LIMITS.rulesPerSetting + 1 }, () => rule);

    expect(issuesOf({ ...valid, rules })).toContainEqual(expect.objectContaining({ pointer: "/rules" }));
  });

  test("gets an id of its own where it has none, and everything wrong is said at once", () => {
    const { rules } = stateOf({
      ...valid,
      rules: [rule, { ...rule, rollout: { type: "percentage", value: 5 } }],
    });

    expect(rules).toMatchObject([
      { serve: { type: "variant", variant: "on" } },
      { serve: { type: "percentage", variant: "on", buckets: 5000, stickiness: "userId" } },
    ]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(2);
    expect(issuesOf({ ...valid, off: "red", rules: [{ condition: "(", value: "red" }] })).toHaveLength(3);
  });
});

test.each(["__proto__", "constructor", "prototype"])(
  "%s, which objects have by nature, names no rule and no attribute",
  (name) => {
    const message = `The name ${name} is reserved; choose another.`;
    const rule = { id: name, condition: "true", value: true };
    const rollout = { type: "percentage", value: 1, stickiness: name };

    expect(issuesOf({ ...valid, rules: [rule], rollout })).toEqual([
      expect.objectContaining({ pointer: "/rules/0/id", message }),
      expect.objectContaining({ pointer: "/rollout/stickiness", message }),
    ]);
  },
);

test.each(["constructor", "prototype"])("%s is no variant's key", (key) => {
  expect(issuesOf({ key: "cart", default: "S", variants: { [key]: "S" } })).toEqual([
    expect.objectContaining({
      pointer: `/variants/${key}`,
      message: `The name ${key} is reserved; choose another.`,
    }),
  ]);
});

test("a text that can be no key has a variant of another name", () => {
  const { variants } = toNewToggle(parseInput(createToggleInput, { key: "cart", default: "constructor" }));

  expect(variants).toEqual({ "variant-1": "constructor" });
});

describe("a rollout", () => {
  const withRollout = (rollout: unknown) => ({ ...valid, rollout });

  test.each([
    ["of 101 %", { type: "percentage", value: 101 }, "/rollout/value", "A percentage is at most 100."],
    ["of -1 %", { type: "percentage", value: -1 }, "/rollout/value", "A percentage is at least 0."],
    [
      "of a text",
      { type: "percentage", value: "10" },
      "/rollout/value",
      "Give a percentage as a number from 0 to 100.",
    ],
    [
      "of not a number",
      { type: "percentage", value: Number.NaN },
      "/rollout/value",
      "Give a percentage as a number from 0 to 100.",
    ],
    [
      "finer than a bucket",
      { type: "percentage", value: 0.0001 },
      "/rollout/value",
      "A percentage has at most three decimals: the smallest share is 0.001 %.",
    ],
    ["of another type", { type: "gradual", value: 1 }, "/rollout/type", expect.any(String)],
    [
      "by no attribute",
      { type: "percentage", value: 1, stickiness: "user id" },
      "/rollout/stickiness",
      expect.any(String),
    ],
    [
      "of an unknown variant",
      { type: "percentage", value: 1, variant: "red" },
      "/rollout",
      expect.stringContaining('No variant is "red"'),
    ],
  ])("is refused %s", (_, rollout, pointer, message) => {
    expect(issuesOf(withRollout(rollout))).toContainEqual(expect.objectContaining({ pointer, message }));
  });

  test("of texts has to say what it spreads", () => {
    const issues = issuesOf({ key: "cart", default: "S", rollout: { type: "percentage", value: 1 } });

    expect(issues).toMatchObject([
      { pointer: "/rollout", message: "Say what to serve: a value, or a variant's key." },
    ]);
  });

  test.each([
    [0, 0],
    [0.001, 1],
    [33.333, 33_333],
    [100, 100_000],
  ])("of %d %% is %d buckets", (value, buckets) => {
    expect(stateOf(withRollout({ type: "percentage", value })).rollout).toMatchObject({ buckets });
  });
});

test("a message names the first place, and how many more there are", () => {
  expect(() => stateOf({ ...valid, off: "red", rules: [{ condition: "(", value: true }] })).toThrow(
    /^At \/rules\/0\/condition: Line 1, column 2: .+ \(and 1 more\)$/,
  );
});

function stateOf(input: unknown) {
  const parsed = parseInput(createToggleInput, input);
  return toSettingState(parsed, toNewToggle(parsed), new ConditionReader());
}

function issuesOf(input: unknown): readonly InputIssue[] {
  try {
    stateOf(input);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_input") return error.issues;
    throw error;
  }
  throw new Error("Nothing was refused.");
}
