/** `npm run fuzz -- --runs N --seed N`: random programs in random contexts; ends with 1 where anything went wrong. */
import { parseArgs } from "node:util";
import { compareEvaluators } from "./compare-evaluators.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  throw new Error("--runs is a number of programs, and --seed a whole number.");
}

const MOST_SHOWN = 10;
const counts = { agreed: 0, failed: 0, exceeded: 0 };
const wrong: string[] = [];
const started = performance.now();
let told = started;

for (let at = 0; at < runs && wrong.length < MOST_SHOWN; at++) {
  const trial = compareEvaluators(seed * 1_000_003 + at);
  counts[trial.outcome]++;
  if (trial.wrong !== undefined) {
    wrong.push(trial.wrong);
    console.log(`✗ ${trial.wrong}`);
  }
  if (performance.now() - told < 5_000) continue;
  told = performance.now();
  console.log(`${at + 1} of ${runs} programs, ${Math.round((told - started) / 1000)} s`);
}

const done = counts.agreed + counts.failed + counts.exceeded;
console.log(
  `fuzz: ${done} programs from seed ${seed} (${counts.agreed} with a value, ${counts.failed} with an error, ` +
    `${counts.exceeded} beyond the budget), ${wrong.length} wrong`,
);
if (wrong.length > 0) process.exitCode = 1;
