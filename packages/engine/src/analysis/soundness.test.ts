/** Every proof and every witness is held against every context of a small world. */
import { expect, test } from "vitest";
import { conditionBy, contexts, smallRuleset } from "../../test/analysis/small-world.ts";
import { Random } from "../../test/fuzz/random.ts";
import { rulesetWith, toggleWith } from "../../test/rulesets.ts";
import {
  type EvaluationContext,
  type Expression,
  prepare,
  type Ruleset,
  type RulesetToggle,
} from "../index.ts";
import { parseExpression } from "../language/index.ts";
import { analyse, type Finding } from "./index.ts";

const ROUNDS = Number(process.env.ANALYSIS_ROUNDS ?? 120);
const nowMs = Date.UTC(2026, 0, 1);

test("no proof is wrong, no witness misses, and little stays unknown", () => {
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  for (let round = 1; round <= ROUNDS; round++) {
    const ruleset = smallRuleset(new Random(round));
    const { findings, reach } = analyse(ruleset, { nowMs });
    const evaluator = prepare(ruleset);
    for (const toggle of Object.values(ruleset.toggles)) {
      const answers = contexts.map((context) =>
        evaluator.evaluate(toggle.key, context as EvaluationContext, nowMs),
      );
      const decided = new Set(answers.map(({ ruleId, reason }) => ruleId ?? reason));
      const served = new Set(answers.map(({ variant }) => variant));
      for (const { place, verdict, witness } of reach.filter((each) => each.place.toggle === toggle.key)) {
        count(verdict);
        const at = `round ${round}, ${toggle.key} ${JSON.stringify(place)}`;
        const name = place.ruleId ?? (place.isRollout ? "rollout" : "DEFAULT");
        if (verdict === "unreachable") expect(decided.has(name), at).toBe(false);
        if (verdict !== "reachable") continue;
        const { ruleId, reason } = evaluator.evaluate(toggle.key, witness, nowMs);
        expect(witness, at).toBeDefined();
        if (!place.isRollout) expect(ruleId ?? reason.replace("STATIC", "DEFAULT"), at).toBe(name);
      }
      for (const finding of findings.filter(({ place }) => place.toggle === toggle.key)) {
        count(`${finding.code} ${finding.verdict}`);
        if (finding.verdict === "proved")
          expectTrue(`round ${round}`, finding, ruleset, toggle, decided, served);
      }
    }
  }
  const asked =
    (counts.reachable ?? 0) + (counts.unreachable ?? 0) + (counts.possible ?? 0) + (counts.unknown ?? 0);
  const open = ((counts.possible ?? 0) + (counts.unknown ?? 0)) / asked;
  process.stdout.write(
    `analysis: ${ROUNDS} rulesets, ${contexts.length} contexts each; ${JSON.stringify(counts)}; open ${(100 * open).toFixed(1)} %\n`,
  );
  expect(open).toBeLessThan(0.05);
}, 600_000);

function expectTrue(
  round: string,
  { code, place }: Finding,
  ruleset: Ruleset,
  toggle: RulesetToggle,
  decided: ReadonlySet<string>,
  served: ReadonlySet<string | undefined>,
): void {
  const at = `${round} ${code} ${JSON.stringify(place)}`;
  const condition = toggle.rules[place.ruleIndex ?? -1]?.condition ?? true;
  switch (code) {
    case "never_matches":
      expect(outcomes(ruleset, condition), at).toEqual([false]);
      expect(outcomes(ruleset, parsed(place.part)), at).toEqual([false]);
      break;
    case "contradiction":
      expect(outcomes(ruleset, parsed(place.part)), at).toEqual([false]);
      break;
    case "always_matches":
      expect(outcomes(ruleset, condition), at).toEqual([true]);
      break;
    case "shadowed":
    case "serves_nobody":
    case "never_serves":
      expect(decided.has(place.ruleId ?? "rollout"), at).toBe(false);
      break;
    case "unused_variant":
      expect(served.has(place.variant), at).toBe(false);
      break;
    case "unreachable_default":
      expect(decided.has("DEFAULT"), at).toBe(false);
      break;
    case "prerequisite_unmet":
      expect([...decided], at).toEqual(["DISABLED"]);
      break;
    default:
      expect(["split_gap", "missing_segment"]).toContain(code);
  }
}

/** Whether a condition matches, over all contexts. */
function outcomes(ruleset: Ruleset, condition: Expression): readonly boolean[] {
  const probe = toggleWith({
    key: "probe",
    rules: [{ id: "r", condition, serve: { type: "variant", variant: "on" } }],
  });
  const evaluator = prepare(rulesetWith([probe], { segments: ruleset.segments ?? {} }));
  return [
    ...new Set(
      contexts.map((context) => evaluator.evaluate("probe", context as EvaluationContext, nowMs).enabled),
    ),
  ].sort();
}

function parsed(text = ""): Expression {
  const result = parseExpression(text, { checked: false });
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.expression;
}

test("who has nothing to hash is passed on by any two buckets, and may be served after", () => {
  const texts = ["bucket('s', userId) < 50.0", "bucket('s', userId) >= 50.0", "!has(userId)"];
  const serve = { type: "variant", variant: "on" } as const;
  const rules = texts.map((text, at) => ({ id: `r${at}`, condition: parsed(text), serve }));

  const { findings, reach } = analyse(toggleWith({ rules }), { nowMs });

  expect(findings).toEqual([]);
  expect(reach.map(({ verdict }) => verdict)).toEqual(["reachable", "reachable", "reachable", "reachable"]);
});

test("the small world can tell a wrong proof", () => {
  const random = new Random(1);
  const conditions = Array.from({ length: 50 }, () => conditionBy(random, 1));

  const mixed = conditions.filter((condition) => outcomes(rulesetWith([]), condition).length === 2);

  expect(mixed.length).toBeGreaterThan(25);
});
