/**
 * `npm run fuzz -- --runs 1000000 --seed N`: random programs; the closures and the reference evaluator must agree.
 * `npm run fuzz -- rollouts --runs 500 --seed N`: random rollout plans, under random commands and for many users.
 */
import "./require-node.mjs";
import { parseArgs } from "node:util";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

const ROLLOUTS = ["rollout-model.service.test.ts", "raise-share.test.ts"].map(
  (file) => `packages/core/src/rollouts/${file}`,
);

if (process.argv[2] === "rollouts") await fuzzRollouts();
else await runBuilt([inCheckout("packages", "engine", "test", "fuzz", "run.ts")]);

async function fuzzRollouts() {
  const { runs, seed } = parseArgs({
    args: process.argv.slice(3),
    options: { runs: { type: "string", default: "500" }, seed: { type: "string", default: "1" } },
  }).values;
  if (![runs, seed].every((number) => /^[1-9]\d{0,8}$/.test(number))) {
    console.error("--runs is a number of plans, and --seed a whole number.");
    process.exit(1);
  }
  try {
    await ensureToolchain(showSteps());
    await build();
    const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");
    process.exitCode = await runInFront(process.execPath, [vitest, "run", ...ROLLOUTS], {
      BURGEE_ROLLOUTS_RUNS: runs,
      BURGEE_ROLLOUTS_SEED: seed,
    });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
