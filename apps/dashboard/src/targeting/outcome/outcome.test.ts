import type { RulesetToggle } from "@burgee/engine";
import { expect, test } from "vitest";
import { conditionOf } from "../conditions/condition.ts";
import type { Draft } from "../draft/draft.ts";
import { type DraftBasis, draftBasisOf } from "./draft-basis.ts";
import { movedUsers, outcomeOf } from "./outcome.ts";

const published: RulesetToggle = {
  ...{ key: "checkout", kind: "boolean", version: 1, revision: 0, enabled: true },
  ...{
    variants: { on: true, off: false },
    offVariant: "off",
    rules: [],
    rollout: null,
    defaultVariant: "off",
  },
};
const basis = basisOf(published);
const draft: Draft = {
  ...{ enabled: true, off: "off", default: "off", prerequisites: [], targets: {}, rules: [] },
  rollout: { type: "percentage", variant: "on", value: 25, stickiness: "userId" },
};
const rule = (condition: string) =>
  ({
    id: "r1",
    title: "",
    condition: conditionOf(condition),
    serve: { type: "variant", variant: "on" },
  }) as const;

test("counts who moves by the engine", () => {
  const outcome = outcomeOf(basis, draft);

  expect(outcome.before).toEqual(new Map([["off", 10_000]]));
  expect(movedUsers(outcome)).toBe(outcome.after.get("on"));
  expect(outcome.moves).toEqual([{ from: "off", to: "on", users: expect.closeTo(2_500, -2.7) }]);
});

test("gives the users the values that rules hold attributes against, evenly", () => {
  const outcome = outcomeOf(basis, { ...draft, rollout: null, rules: [rule("plan == 'pro' && age >= 18")] });

  // One of two plans, two of three ages.
  expect((outcome.after.get("on") ?? 0) / outcome.users).toBeCloseTo(1 / 3, 1);
  expect(outcome.deciders.get("r1")).toBe(outcome.after.get("on"));
});

test("counts the same for the same draft", () => {
  expect(outcomeOf(basis, draft)).toEqual(outcomeOf(basis, draft));
});

test("lets a rule that is unfinished match nobody", () => {
  const condition = {
    mode: "rows",
    join: "all",
    rows: [{ id: "x", attribute: "plan", operator: "is", values: [] }],
  } as const;
  const outcome = outcomeOf(basis, { ...draft, rollout: null, rules: [{ ...rule("true"), condition }] });

  expect(movedUsers(outcome)).toBe(0);
});

test("moves the fewest users when a split that is saved is edited", () => {
  const slices = [
    ["off", 0, 50_000],
    ["on", 50_000, 100_000],
  ] as const;
  const saved = {
    ...basis.toggle,
    rollout: { type: "split", slices, stickiness: "userId", salt: "a salt" },
  } as const;
  const split = { type: "split", weights: { on: 60, off: 40 }, stickiness: "userId" } as const;

  const outcome = outcomeOf(basisOf(saved), { ...draft, rollout: split });

  expect(movedUsers(outcome) / outcome.users).toBeCloseTo(0.1, 1);
});

/** As the server tells it. */
function basisOf(toggle: RulesetToggle): DraftBasis {
  return draftBasisOf({
    ...{ environment: "production", version: 1, toggles: {}, segments: {}, salt: "a salt", ruleSalts: {} },
    toggle: JSON.parse(JSON.stringify(toggle)),
    attributes: { plan: "string", age: "number" },
  });
}
