import type { SettingState } from "@burgee/db";
import { prepare, RULESET_SCHEMA } from "@burgee/engine";
import { analyse } from "@burgee/engine/analysis";
import { describe, expect, test } from "vitest";
import { ConditionReader } from "../conditions/condition-reader.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { compileToggle } from "../rulesets/compile-toggle.ts";
import { createToggleInput, toNewToggle } from "../toggles/toggle-input.ts";
import { settingStateView } from "../toggles/toggle-view.ts";
import { toSettingState } from "./setting-input.ts";

const SALT = "the-salt-of-the-setting";
const USERS = Array.from({ length: 2_000 }, (_, at) => `user-${at}`);
const tenth = { type: "percentage", value: 10 };
const a = { id: "a", condition: "true", value: true, rollout: tenth };
const b = { ...a, id: "b" };
const TWO = [a, b];

describe("a rule's percentage", () => {
  test("reaches others than a rule of the same size before it", () => {
    const state = stateOf(TWO);

    expect(reachedBy(state, "a").length).toBeGreaterThan(120);
    expect(reachedBy(state, "b").length).toBeGreaterThan(120);
    expect(analyse(compiled(state)).findings).toEqual([]);
  });

  test("keeps its users while it grows, moves, and is edited in any way but its id", () => {
    const before = stateOf(TWO);
    const whole = { id: "b", condition: "true", value: true };
    const wide = { ...b, condition: "userId != 'x'", rollout: { type: "percentage", value: 30 } };

    const through = stateOf([a, whole], before);
    const after = stateOf([wide, a], through);

    const users = reachedBy(after, "b");
    expect(users).toEqual(expect.arrayContaining([...reachedBy(stateOf([b], before), "b")]));
    expect(users.length).toBeGreaterThan(480);
  });

  test("keeps them where the setting is written again without ids, rule by rule", () => {
    const before = stateOf([...TWO, { condition: "plan == 'pro'", value: true, rollout: tenth }]);
    const anonymous = before.rules.map((_, at) => ({
      condition: at === 2 ? "plan == 'pro'" : "true",
      value: true,
      rollout: tenth,
    }));

    expect(stateOf(anonymous, before)).toEqual(before);
    expect(stateOf([{ id: "a", ...anonymous[0] }, ...anonymous], before).rules.map(({ id }) => id)).toEqual([
      "a",
      "b",
      expect.not.stringMatching(/^[ab]$/),
      before.rules[2]?.id,
    ]);
  });

  test("that was stored before rules had salts keeps the setting's, and so its users", () => {
    const now = stateOf([...TWO, { id: "c", condition: "true", value: true }]);
    const stored = { ...now, rules: now.rules.map(({ salt: _, ...rule }) => rule) };

    const edited = stateOf([...TWO, { id: "c", condition: "true", value: true, rollout: tenth }], stored);

    expect(compiled(edited).rules.map(({ serve }) => "salt" in serve && serve.salt)).toEqual([
      SALT,
      SALT,
      expect.stringMatching(/^[0-9a-f]{24}$/),
    ]);
  });

  test("is not the setting's own rollout, which keeps the setting's salt", () => {
    const parts = compiled(stateOf(TWO, undefined, { rollout: tenth }));

    const salts = [...parts.rules.map(({ serve }) => serve), parts.rollout].map((serve) =>
      serve && "salt" in serve ? serve.salt : undefined,
    );
    expect(salts[2]).toBe(SALT);
    expect(new Set(salts).size).toBe(3);
  });

  test("has a salt that no view of a setting shows and no input names", () => {
    const state = stateOf(TWO);

    expect(JSON.stringify(settingStateView(state))).not.toContain(state.rules[0]?.salt);
    for (const rule of [
      { ...a, salt: "0".repeat(24) },
      { ...a, rollout: { ...tenth, salt: "0".repeat(24) } },
    ]) {
      expect(() => stateOf([rule])).toThrow(expect.objectContaining({ code: "invalid_input" }));
    }
  });
});

function stateOf(rules: readonly object[], previous?: SettingState, more: object = {}): SettingState {
  const parsed = parseInput(createToggleInput, { key: "cart", default: false, rules, ...more });
  return toSettingState(parsed, toNewToggle(parsed), new ConditionReader(), previous);
}

function compiled(state: SettingState) {
  const variants = { on: true, off: false };
  const toggle = { toggleKey: "cart", kind: "boolean", variants, version: 1, revision: 1 } as const;
  return compileToggle({ ...toggle, state, salt: SALT });
}

/** The users whom a rule serves. */
function reachedBy(state: SettingState, ruleId: string): readonly string[] {
  const named = { project: "web", environment: "production", epoch: "e", revision: 1 };
  const evaluator = prepare({ schema: RULESET_SCHEMA, ...named, toggles: { cart: compiled(state) } });
  return USERS.filter((userId) => evaluator.evaluate("cart", { userId }).ruleId === ruleId);
}
