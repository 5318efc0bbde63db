import { type EnvironmentId, newId, type SettingVersion, type ToggleId } from "@burgee/db";
import { prepare } from "@burgee/engine";
import { parseCondition } from "@burgee/engine/language";
import { expect, test } from "vitest";
import { type Changes, compileRuleset, type Published, REMEMBERED_REMOVALS } from "./compile-ruleset.ts";

const target = { project: "web", environment: "production", epoch: "e1" };
const nothing: Published = {
  ruleset: { schema: 1, ...target, revision: 0, toggles: {} },
  removed: {},
  removedSegments: {},
  attributesRevision: 0,
};

test("a ruleset keeps what did not change, takes in what did, and is in the order of keys", () => {
  const first = compileRuleset(
    nothing,
    { ...target, revision: 2 },
    only([version("menu", 1), version("cart", 2)]),
  );
  const second = compileRuleset(first, { ...target, revision: 3 }, only([version("apple", 3)]));

  expect(Object.keys(second.ruleset.toggles)).toEqual(["apple", "cart", "menu"]);
  expect(second.ruleset.toggles.cart).toBe(first.ruleset.toggles.cart);
  expect(second.ruleset).toMatchObject({ schema: 1, revision: 3, toggles: { apple: { revision: 3 } } });
});

test("the salt of a setting goes into everything that it rolls out", () => {
  const serve = { type: "percentage", variant: "on", buckets: 1000, stickiness: "userId" } as const;
  const state = { rules: [{ id: "r", condition: "true", serve }], rollout: serve };
  const { ruleset } = compileRuleset(nothing, { ...target, revision: 1 }, only([version("cart", 1, state)]));

  const salted = { ...serve, salt: "0123456789" };
  expect(ruleset.toggles.cart).toMatchObject({ rules: [{ serve: salted }], rollout: salted });
});

test("toggles that left are remembered, the newest of them", () => {
  const gone = Array.from({ length: REMEMBERED_REMOVALS + 5 }, (_, n) =>
    version(`t${n}`, n + 1, { archived: true }),
  );

  const { ruleset, removed } = compileRuleset(nothing, { ...target, revision: gone.length }, only(gone));

  expect(ruleset.toggles).toEqual({});
  expect(Object.keys(removed)).toHaveLength(REMEMBERED_REMOVALS);
  expect(removed).not.toHaveProperty("t4");
  expect(removed).toMatchObject({ t5: 6, [`t${gone.length - 1}`]: gone.length });
});

test("a toggle that comes back is no longer remembered as gone", () => {
  const gone = compileRuleset(
    nothing,
    { ...target, revision: 1 },
    only([version("cart", 1, { archived: true })]),
  );

  const back = compileRuleset(gone, { ...target, revision: 2 }, only([version("cart", 2)]));

  expect(back).toMatchObject({ removed: {}, ruleset: { toggles: { cart: { revision: 2 } } } });
});

test("a condition that this release would not take, and an earlier one did, holds up nobody", () => {
  const condition = "(beta ? 1 : 'x') == 1";
  const rules = [{ id: "r", condition, serve: { type: "variant", variant: "on" } }] as const;

  const { ruleset } = compileRuleset(
    nothing,
    { ...target, revision: 1 },
    only([version("cart", 1, { rules })]),
  );

  expect(parseCondition(condition).ok).toBe(false);
  expect(prepare(ruleset).evaluate("cart", { beta: true })).toMatchObject({ variant: "on", ruleId: "r" });
  expect(prepare(ruleset).evaluate("cart", { beta: false })).toMatchObject({ reason: "DEFAULT" });
});

function only(toggles: Changes["toggles"]): Changes {
  return { toggles, segments: [], attributes: {} };
}

function version(
  toggleKey: string,
  revision: number,
  state: Partial<SettingVersion["state"]> = {},
): SettingVersion & { readonly toggleKey: string } {
  return {
    toggleKey,
    environmentId: newId<EnvironmentId>(),
    toggleId: newId<ToggleId>(),
    version: revision,
    revision,
    state: {
      enabled: true,
      archived: false,
      offVariant: "off",
      defaultVariant: "on",
      rules: [],
      rollout: null,
      ...state,
    },
    salt: "0123456789",
    kind: "boolean",
    variants: { on: true, off: false },
    actor: "system",
    comment: null,
    createdAt: new Date(0),
  };
}
