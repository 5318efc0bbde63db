import { describe, expect, test } from "vitest";
import { ConditionReader } from "../conditions/condition-reader.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { toSettingState } from "../settings/setting-input.ts";
import { createToggleInput, toNewToggle } from "./toggle-input.ts";

describe("a toggle's kind and variants", () => {
  test.each([
    ["a number", { default: 5, off: 0.5 }, "number", { "5": 5, "variant-1": 0.5 }],
    ["an object", { default: { a: [1] }, off: null }, "json", { "variant-1": { a: [1] }, "variant-2": null }],
    ["a list", { default: [], off: [] }, "json", { "variant-1": [] }],
    ["null", { default: null }, "json", { "variant-1": null }],
    ["JSON that holds a text", { kind: "json", default: "a" }, "json", { a: "a" }],
    ["variants of numbers", { variants: { low: 1, high: 2 }, default: "low" }, "number", { low: 1, high: 2 }],
    ["variants of JSON", { variants: { low: {}, high: 2 }, default: "low" }, "json", { low: {}, high: 2 }],
  ])("follow from %s", (_, input, kind, variants) => {
    expect(newToggle(input)).toMatchObject({ kind, variants });
  });

  test("find a JSON value however its names are ordered", () => {
    const variants = { small: { width: 1, height: 2 }, large: { width: 3, height: 4 } };
    const rules = [{ condition: "true", value: { height: 4, width: 3 } }];

    const state = stateOf({ variants, default: { height: 2, width: 1 }, rules });

    expect(state).toMatchObject({ defaultVariant: "small", rules: [{ serve: { variant: "large" } }] });
  });

  test("tell 1 from '1'", () => {
    const variants = { text: "1", number: 1 };

    expect(stateOf({ kind: "json", variants, default: 1, off: "1" })).toMatchObject({
      defaultVariant: "number",
      offVariant: "text",
    });
  });
});

describe("a schema", () => {
  const valueSchema = { properties: { size: { type: "integer", minimum: 1 } }, required: ["size"] };

  test("is kept with the toggle whose variants meet it", () => {
    expect(newToggle({ default: { size: 1 }, valueSchema })).toMatchObject({ kind: "json", valueSchema });
  });

  test("holds for numbers and texts as well", () => {
    expect(() => newToggle({ default: 0.5, valueSchema: { type: "integer" } })).toThrow(/variant-1.+integer/);
    expect(() => newToggle({ default: "abc", valueSchema: { maxLength: 2 } })).toThrow(/variant abc/);
  });

  test("names every variant that does not meet it, and the place in it", () => {
    const variants = { good: { size: 1 }, none: {}, small: { size: 0 }, odd: { size: 1.5 } };

    expect(() => newToggle({ variants, default: "good", valueSchema })).toThrow(
      expect.objectContaining({
        issues: [
          { pointer: "/variants/none", code: "schema_mismatch", message: expect.stringContaining("size") },
          {
            pointer: "/variants/small/size",
            code: "schema_mismatch",
            message: expect.stringMatching(/^The variant small, at \/size, is not what valueSchema says: 0 /),
          },
          {
            pointer: "/variants/odd/size",
            code: "schema_mismatch",
            message: expect.stringContaining("integer"),
          },
        ],
      }),
    );
  });
});

function newToggle(input: object) {
  return toNewToggle(parseInput(createToggleInput, { key: "cart", ...input }));
}

function stateOf(input: object) {
  const parsed = parseInput(createToggleInput, { key: "cart", ...input });
  return toSettingState(parsed, toNewToggle(parsed), new ConditionReader());
}
