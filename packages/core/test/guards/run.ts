/** `npm run guards -- --runs N --seed N`: plans on traffic of which the truth is known; ends with 1 where anything is not as claimed. */
import { parseArgs } from "node:util";
import { isAsClaimed, told, WITH_FAULT, WITHOUT_FAULT } from "./known-traffic.ts";
import { simulateRollouts } from "./simulate-rollouts.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  throw new Error("--runs is a number of plans, and --seed a whole number.");
}

let wrong = 0;
for (const claim of [...WITHOUT_FAULT, ...WITH_FAULT]) {
  const outcome = simulateRollouts({ ...claim.traffic, runs, seed });
  const isRight = isAsClaimed(claim, outcome);
  if (!isRight) wrong += 1;
  const asked = claim.alarms === undefined ? `at least ${claim.caught}` : `at most ${claim.alarms}`;
  console.log(`${isRight ? "✓" : "✗"} ${told(claim, outcome)}; asked: ${asked} of all`);
}
console.log(`guards: ${runs} plans of each kind from seed ${seed}, ${wrong} claims wrong`);
if (wrong > 0) process.exitCode = 1;
