import { expect, test } from "vitest";
import { compareEvaluators } from "../../test/fuzz/compare-evaluators.ts";

/** The whole count is `npm run fuzz`. */
test("closures and the reference evaluator agree on random programs, and neither throws nor hangs", () => {
  const counts = { agreed: 0, failed: 0, exceeded: 0 };
  const wrong: string[] = [];
  for (let seed = 0; seed < 20_000; seed++) {
    const trial = compareEvaluators(seed);
    counts[trial.outcome]++;
    if (trial.wrong !== undefined) wrong.push(trial.wrong);
  }

  expect(wrong).toEqual([]);
  expect(counts.agreed).toBeGreaterThan(5_000);
}, 60_000);
