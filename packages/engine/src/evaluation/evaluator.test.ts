import { expect, test } from "vitest";
import { condition, rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { explain } from "../explain/explain.ts";
import type { Expression } from "../language/expression.ts";
import type { EvaluationContext } from "./evaluation.ts";
import { prepare } from "./prepare.ts";
import { prepareWhole } from "./prepare-whole.ts";

const on = { type: "variant", variant: "on" } as const;

test("says what is wrong with a key and with a context", () => {
  const { evaluate } = prepare(rulesetWith([toggleWith()]));

  expect(evaluate("gone", {}).errorMessage).toBe("The ruleset has no toggle of this key.");
  expect(evaluate("cart", asContext("ada")).errorMessage).toBe(
    "The context is no object, or threw when it was read.",
  );
});

test("reads nothing of a context where everyone is served the same", () => {
  const refuse = () => {
    throw new Error("read");
  };
  const context = new Proxy(
    {},
    { get: refuse, getOwnPropertyDescriptor: refuse, getPrototypeOf: refuse, has: refuse },
  );
  const { evaluate } = prepare(
    rulesetWith([toggleWith({ defaultVariant: "on" }), toggleWith({ key: "old", enabled: false })]),
  );

  expect(evaluate("cart", context)).toMatchObject({ reason: "STATIC", enabled: true });
  expect(evaluate("old", context)).toMatchObject({ reason: "DISABLED", enabled: false });
});

test("gives the same object for the same decision, whoever is asked for", () => {
  const rules = [{ id: "r1", condition: condition("region == 'IN'"), serve: on }];
  const { evaluate } = prepare(rulesetWith([toggleWith({ rules })]));

  expect(evaluate("cart", { region: "IN", userId: "ada" })).toBe(
    evaluate("cart", { region: "IN", userId: "bob" }),
  );
  expect(evaluate("cart", { region: "US" })).toBe(evaluate("cart", {}));
  expect(evaluate("cart", { region: "US" })).not.toBe(evaluate("cart", { region: "IN" }));
});

test("knows no moment while its clock throws, and goes on", () => {
  const throwing = () => {
    throw new Error("no clock");
  };
  const rules = [
    { id: "late", condition: condition("now > timestamp('2020-01-01T00:00:00Z')"), serve: on },
    { id: "home", condition: condition("region == 'IN'"), serve: on },
  ];
  const ruleset = rulesetWith([toggleWith({ rules })]);
  const { evaluate, evaluateAll } = prepareWhole(ruleset, { nowMs: throwing });
  const context = { region: "IN" };

  const answers = [
    evaluate("cart", context),
    ...evaluateAll(context),
    explain(ruleset, "cart", context, { nowMs: throwing }).evaluation,
  ];

  expect(answers.map(({ ruleId }) => ruleId)).toEqual(["home", "home", "home"]);
  expect(evaluateAll(context, Date.now())).toMatchObject([{ ruleId: "late" }]);
});

test("asks the runtime's clock where nobody gave one", () => {
  const minute = 60_000;
  const [before, after] = [-minute, minute].map((by) => new Date(Date.now() + by).toISOString());
  const rules = [
    {
      id: "r1",
      condition: condition(`now > timestamp('${before}') && now < timestamp('${after}')`),
      serve: on,
    },
  ];
  const { evaluate, evaluateAll } = prepareWhole(rulesetWith([toggleWith({ rules })]));

  expect([evaluate("cart", {}), ...evaluateAll({})].map(({ enabled }) => enabled)).toEqual([true, true]);
});

test("counts a boolean's value as enabled, though it be the off variant's", () => {
  const toggle = toggleWith({ offVariant: "on", defaultVariant: "on" });
  const { evaluate } = prepare(
    rulesetWith([toggle, toggleWith({ ...toggle, key: "menu", defaultVariant: "off" })]),
  );

  expect(evaluate("cart", {}).enabled).toBe(true);
  expect(evaluate("menu", {}).enabled).toBe(false);
});

test("takes as many prerequisites as there are, one beside another", () => {
  const keys = Array.from({ length: 15 }, (_, at) => `base-${at}`);
  const toggles = keys.map((key) => toggleWith({ key, defaultVariant: "on" }));
  const prerequisites = keys.map((toggle) => ({ toggle, variants: ["on"] }));
  const { evaluate } = prepare(
    rulesetWith([...toggles, toggleWith({ prerequisites, defaultVariant: "on" })]),
  );

  expect(evaluate("cart", {})).toMatchObject({ reason: "DEFAULT", enabled: true });
});

test("asks as many segments as there are, one beside another", () => {
  const keys = Array.from({ length: 9 }, (_, at) => `s${at}`);
  const segments = Object.fromEntries(keys.map((key) => [key, segmentWith({ key, condition: true })]));
  const all: Expression = { kind: "and", of: keys.map((key) => ({ kind: "segment", key })) };
  const { evaluate } = prepare(
    rulesetWith([toggleWith({ rules: [{ id: "r1", condition: all, serve: on }] })], { segments }),
  );

  expect(evaluate("cart", {})).toMatchObject({ ruleId: "r1", enabled: true });
});

/** Callers without types pass what they like. */
function asContext(context: unknown): EvaluationContext {
  return context as EvaluationContext;
}
