import { describe, expect, test } from "vitest";
import { condition, rulesetWith, toggleWith } from "../../test/rulesets.ts";
import type { EvaluationContext } from "./evaluation.ts";
import { prepare } from "./prepare.ts";

/** Contexts of both kinds are read the same: those like a literal's, and those whose prototype could hold anything. */
const kinds: readonly [string, (own: EvaluationContext) => EvaluationContext][] = [
  ["of a literal", (own) => own],
  ["without a prototype", (own) => Object.assign(Object.create(null), own)],
  [
    "with a prototype of its own",
    (own) => Object.assign(Object.create({ region: "IN", userId: "ada" }), own),
  ],
];

describe.each(kinds)("in a context %s", (_kind, contextOf) => {
  test.each<[string, EvaluationContext, boolean]>([
    ["userId == 'ada'", { userId: "ada" }, true],
    ["userId == 'ada'", { targetingKey: "ada" }, true],
    ["targetingKey == 'ada'", { userId: "ada" }, true],
    ["targetingKey == 'ada'", { targetingKey: "ada" }, true],
    ["userId == 'ada'", { targetingKey: "ada", userId: "bob" }, true],
    ["targetingKey == 'bob'", { targetingKey: "ada", userId: "bob" }, false],
    ["userId == 'ada'", { targetingKey: "", userId: "ada" }, true],
    ["userId == ''", { targetingKey: "", userId: "" }, false],
    ["userId == null", { userId: null }, false],
    ["userId == 'ada'", {}, false],
    ["region == 'IN'", { region: "IN" }, true],
    ["region == 'IN'", {}, false],
    ["plan == ''", { plan: "" }, true],
    ["plan == null", { plan: null }, true],
    ["constructor == 'x'", { constructor: "x" }, true],
    ["has(user.constructor)", { user: {} }, false],
    ["toString == 'x' || true", {}, true],
    ["toString != 'x'", {}, false],
  ])("%s of %o is %s", (text, own, expected) => {
    const rule = { id: "r1", condition: condition(text), serve: { type: "variant", variant: "on" } } as const;
    const { evaluate } = prepare(rulesetWith([toggleWith({ rules: [rule] })]));

    expect(evaluate("cart", contextOf(own)).enabled).toBe(expected);
  });

  test.each<[EvaluationContext, boolean]>([
    [{ userId: "ada" }, true],
    [{ targetingKey: "ada" }, true],
    [{ targetingKey: "bob", userId: "ada" }, false],
    [{ targetingKey: "", userId: "ada" }, true],
    [{}, false],
  ])("the target ada is found in %o: %s", (own, expected) => {
    const { evaluate } = prepare(rulesetWith([toggleWith({ targets: { on: ["ada"] } })]));

    expect(evaluate("cart", contextOf(own)).enabled).toBe(expected);
  });
});
