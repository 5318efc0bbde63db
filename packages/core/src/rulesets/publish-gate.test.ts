import { RULESET_SCHEMA, type Ruleset, type RulesetToggle } from "@burgee/engine";
import { describe, expect, test } from "vitest";
import { passGate } from "./publish-gate.ts";

/** A clock that only moves when it is asked, by as much as it is told. */
function clockThatMoves(byMs: () => number) {
  let nowMs = 0;
  return () => {
    nowMs += byMs();
    return nowMs;
  };
}

describe("a ruleset at the gate", () => {
  test("passes as its JSON, with every toggle tried", async () => {
    const { body, untried } = await passGate(rulesetOf("a", "b"));

    expect(Object.keys(JSON.parse(body).toggles)).toEqual(["a", "b"]);
    expect(untried).toBe(0);
  });

  test("lets others have their turn, however many toggles it has", async () => {
    const keys = Array.from({ length: 200 }, (_, at) => `toggle-${at}`);
    let turns = 0;
    const pause = async () => {
      turns++;
    };

    await passGate(rulesetOf(...keys), { nowMs: clockThatMoves(() => 2), pause });

    expect(turns).toBeGreaterThan(100);
  });

  test("lets others have their turn while it is written, toggle by toggle", async () => {
    const keys = Array.from({ length: 200 }, (_, at) => `toggle-${at}`);
    let turns = 0;
    const pause = async () => {
      turns++;
    };

    await passGate(rulesetOf(...keys), { nowMs: clockThatMoves(() => 5), pause });

    expect(turns).toBeGreaterThan(2 * keys.length);
  });

  test("passes once its time is up, and says how many toggles were not tried", async () => {
    const keys = Array.from({ length: 500 }, (_, at) => `toggle-${at}`);

    const { body, untried } = await passGate(rulesetOf(...keys), { nowMs: clockThatMoves(() => 10) });

    expect(Object.keys(JSON.parse(body).toggles)).toHaveLength(500);
    expect(untried).toBeGreaterThan(300);
    expect(untried).toBeLessThan(500);
  });

  test("has what changed tried before what passed already", async () => {
    const options = { nowMs: clockThatMoves(() => 501), changed: ["gone", "b"] };

    await expect(passGate(rulesetOf("a", "b"), options)).rejects.toThrow("The toggle b takes too long");
  });

  test("is refused for a toggle that is too slow each time it is tried, by name", async () => {
    await expect(passGate(rulesetOf("slow"), { nowMs: clockThatMoves(() => 501) })).rejects.toThrow(
      "The toggle slow takes too long to evaluate: 501 ms at its 3rd try, where 500 are allowed. Make its conditions simpler.",
    );
  });

  test("passes where the machine was slow for a moment", async () => {
    let readings = 0;
    const nowMs = clockThatMoves(() => (readings++ % 7 === 5 ? 600 : 0));

    await expect(passGate(rulesetOf("a", "b", "c"), { nowMs })).resolves.toMatchObject({ untried: 0 });
  });
});

function rulesetOf(...keys: readonly string[]): Ruleset {
  const toggles = keys.map((key): [string, RulesetToggle] => [
    key,
    {
      key,
      kind: "boolean",
      version: 1,
      revision: 1,
      enabled: true,
      variants: { on: true, off: false },
      offVariant: "off",
      rules: [],
      rollout: null,
      defaultVariant: "on",
    },
  ]);
  const named = { project: "web", environment: "production", epoch: "e", revision: 1 };
  return { schema: RULESET_SCHEMA, ...named, toggles: Object.fromEntries(toggles) };
}
