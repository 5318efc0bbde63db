/** Proofs about any tree, however strange, are held against contexts as strange. */
import { expect, test } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { randomContext } from "../../test/fuzz/random-context.ts";
import { RandomExpression } from "../../test/fuzz/random-expression.ts";
import { rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { type EvaluationContext, prepare, type Ruleset } from "../index.ts";
import { matches } from "../matches/index.ts";
import { analyse } from "./index.ts";

const ROUNDS = Number(process.env.ANALYSIS_ROUNDS ?? 1_500);
const nowMs = 1_700_000_000_123;

/** A list beside the ruleset, of everyone and of nobody. */
const list = { hash: "5".repeat(64), count: 1 };
const LISTED = () => ({ count: 1, has: () => true });
const NOT_LISTED = () => ({ count: 1, has: () => false });

test("no proof about random trees is wrong", () => {
  const verdicts: Record<string, number> = {};
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = new Random(seed);
    const ruleset = randomRuleset(random);
    const { findings, reach } = analyse(ruleset, { matches: seed % 4 ? matches : undefined, nowMs });
    const evaluators = [LISTED, NOT_LISTED, () => undefined].map((list) =>
      prepare(ruleset, { matches, list }),
    );

    const decided = new Set<string>();
    const served = new Set<string | undefined>();
    for (let turn = 0; turn < 60; turn++) {
      const context = randomContext(random) as EvaluationContext;
      for (const evaluator of evaluators) {
        const { ruleId, note, variant } = evaluator.evaluate("cart", context, nowMs);
        if (note?.includes("units of work")) continue;
        decided.add(ruleId ?? "default");
        served.add(variant);
      }
    }

    for (const { place, verdict, witness } of reach) {
      for (const evaluator of witness ? evaluators : []) {
        const { ruleId } = evaluator.evaluate("cart", witness, nowMs);
        expect(ruleId, `seed ${seed} ${place.ruleId}`).toBe(place.ruleId);
      }
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (verdict === "unreachable")
        expect(decided.has(place.ruleId ?? "default"), `seed ${seed} ${place.ruleId}`).toBe(false);
    }
    for (const { code, place } of findings) {
      if (code === "always_matches" && place.ruleIndex === 0)
        expect([...decided], `seed ${seed}`).toEqual([place.ruleId]);
      if (code === "unused_variant") expect(served.has(place.variant), `seed ${seed}`).toBe(false);
    }
  }
  process.stdout.write(`analysis: ${ROUNDS} rulesets of random trees; ${JSON.stringify(verdicts)}\n`);
}, 600_000);

function randomRuleset(random: Random): Ruleset {
  const maker = new RandomExpression(random, ["first", "second", "none"]);
  const rules = ["r0", "r1", "r2"].map((id) => ({
    id,
    condition: maker.make(2 + random.below(3)),
    serve: { type: "variant", variant: random.pick(["on", "off"]) } as const,
  }));
  const segments = {
    first: segmentWith({ key: "first", condition: maker.make(3), include: random.list(3, () => "a") }),
    second: segmentWith({
      ...{ key: "second", condition: maker.make(2), exclude: random.list(3, () => "42") },
      ...(random.below(3) === 0 && { includeList: list }),
      ...(random.below(3) === 0 && { excludeList: list }),
    }),
  };
  return rulesetWith([toggleWith({ rules })], { segments });
}
