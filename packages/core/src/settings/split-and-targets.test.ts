import type { SettingState } from "@burgee/db";
import { describe, expect, test } from "vitest";
import { ConditionReader } from "../conditions/condition-reader.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createToggleInput, toNewToggle } from "../toggles/toggle-input.ts";
import { settingStateView } from "../toggles/toggle-view.ts";
import { toSettingState } from "./setting-input.ts";

const VARIANTS = { red: "#f00", green: "#0f0", blue: "#00f" };

describe("a split", () => {
  const split = (weights: unknown, more: object = {}) => ({ rollout: { type: "split", weights, ...more } });

  test("is written and shown as weights, and kept as slices", () => {
    const state = stateOf(split({ red: 33.333, green: 66.667 }, { stickiness: "accountId" }));

    expect(state.rollout).toEqual({
      type: "split",
      slices: [
        ["green", 0, 66_667],
        ["red", 66_667, 100_000],
      ],
      stickiness: "accountId",
    });
    expect(settingStateView(state).rollout).toEqual({
      type: "split",
      weights: { red: 33.333, green: 66.667 },
      stickiness: "accountId",
    });
  });

  test("may stand at a rule, which names no variant then", () => {
    const rules = [{ id: "a", condition: "true", ...split({ red: 100 }) }];

    const state = stateOf({ rules });

    expect(state.rules).toMatchObject([{ serve: { type: "split", slices: [["red", 0, 100_000]] } }]);
    expect(settingStateView(state).rules).toEqual([
      { id: "a", condition: "true", rollout: { type: "split", weights: { red: 100 }, stickiness: "userId" } },
    ]);
  });

  test("that is edited moves no more users than its weights say, at the rollout and at a rule", () => {
    const both = (weights: object) => ({
      ...split(weights),
      rules: [{ id: "a", condition: "true", ...split(weights) }],
    });
    const before = stateOf(both({ red: 20, green: 80 }));

    const after = stateOf(both({ green: 20, red: 80 }), before);

    expect(movedBetween(before.rollout, after.rollout)).toBe(60_000);
    expect(movedBetween(before.rules[0]?.serve, after.rules[0]?.serve)).toBe(60_000);
  });

  test("shows its weights in the order of keys, wherever their slices lie", () => {
    const { rollout } = settingStateView(stateOf(split({ red: 10, green: 20, blue: 70 })));

    expect(rollout?.type === "split" && Object.keys(rollout.weights)).toEqual(["blue", "green", "red"]);
  });

  test("that comes back as it was shown stays as it is", () => {
    const before = stateOf(split({ red: 10, green: 20, blue: 70 }));

    expect(stateOf({ ...settingStateView(before) }, before)).toEqual(before);
  });

  test.each([
    [
      "that sums to 90",
      { red: 40, green: 50 },
      "/rollout/weights",
      "The weights of a split sum to 100; these sum to 90.",
    ],
    ["of nothing", {}, "/rollout/weights", "The weights of a split sum to 100; these sum to 0."],
    ["with a share below 0", { red: -1, green: 101 }, "/rollout/weights/red", "A percentage is at least 0."],
    [
      "finer than a bucket",
      { red: 0.0005, green: 99.9995 },
      "/rollout/weights/red",
      expect.stringContaining("three decimals"),
    ],
    [
      "of an unknown variant",
      { pink: 100 },
      "/rollout/weights/pink",
      expect.stringContaining('No variant is "pink"'),
    ],
  ])("is refused %s", (_, weights, pointer, message) => {
    expect(() => stateOf(split(weights))).toThrow(refusal(pointer, message));
  });

  test("is refused at a rule that says what else to serve", () => {
    const rule = { condition: "true", value: "#f00", ...split({ red: 100 }) };

    expect(() => stateOf({ rules: [rule] })).toThrow(
      refusal("/rules/0", "A split says what it serves; leave out the value and the variant."),
    );
  });
});

describe("targets", () => {
  test("are kept by variant without repetition, and empty lists are left out", () => {
    const state = stateOf({ targets: { red: ["ada", "bo", "ada"], green: [] } });

    expect(state.targets).toEqual({ red: ["ada", "bo"] });
    expect(settingStateView(state)).toMatchObject({ targets: { red: ["ada", "bo"] } });
    expect(stateOf({ targets: { red: [] } })).not.toHaveProperty("targets");
  });

  test.each([
    [
      "a user of two variants",
      { red: ["ada"], green: ["bo", "ada"] },
      "/targets/green/1",
      "ada is a target of red already; a user gets one variant.",
    ],
    [
      "an unknown variant",
      { pink: ["ada"] },
      "/targets/pink",
      "There is no variant pink, only red, green, blue.",
    ],
    ["an empty id", { red: [""] }, "/targets/red/0", "An id is no empty text."],
    ["an id of 513 characters", { red: ["x".repeat(513)] }, "/targets/red/0", "Use at most 512 characters."],
    ["half a surrogate pair", { red: ["\ud83d"] }, "/targets/red/0", expect.any(String)],
    [
      "more than 10,000 in all",
      { red: ids(5_001), green: ids(5_000, "y") },
      "/targets",
      "A setting has at most 10000 targets; these are 10001.",
    ],
    ["a text for a list", { red: "ada" }, "/targets/red", expect.any(String)],
  ])("with %s are refused", (_, targets, pointer, message) => {
    expect(() => stateOf({ targets })).toThrow(refusal(pointer, message));
  });
});

function stateOf(input: object, previous?: SettingState): SettingState {
  const parsed = parseInput(createToggleInput, { key: "cart", variants: VARIANTS, default: "red", ...input });
  return toSettingState(parsed, toNewToggle(parsed), new ConditionReader(), previous);
}

function refusal(pointer: string, message: unknown) {
  return expect.objectContaining({
    code: "invalid_input",
    issues: expect.arrayContaining([expect.objectContaining({ pointer, message })]),
  });
}

/** How many buckets serve another variant than before. */
function movedBetween(before: unknown, after: unknown): number {
  const [was, is] = [before, after].map(variantsByBucket);
  return was?.filter((variant, bucket) => variant !== is?.[bucket]).length ?? -1;
}

function variantsByBucket(serve: unknown): readonly string[] {
  if (typeof serve !== "object" || serve === null || !("slices" in serve) || !Array.isArray(serve.slices))
    return [];
  return serve.slices.flatMap(([variant, from, to]) =>
    Array.from({ length: to - from }, () => String(variant)),
  );
}

function ids(count: number, prefix = "x"): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}
