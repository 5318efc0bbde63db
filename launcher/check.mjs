/**
 * `npm run check`: format and lint, types, import direction, dead code, the engine's, the SDK's and the dashboard's sizes. Shows what a tool says only where it
 * finds fault, and the sizes always.
 */
import "./require-node.mjs";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inCheckout } from "./checkout.mjs";
import { installed, ProgramError, runProgram } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const CRUISED = ["packages", "apps", "examples", "test", "launcher", "bench"].filter((name) =>
  existsSync(inCheckout(name)),
);

const SIZES = [
  "Size of the engine (rolldown)",
  "Size of the SDK as it is published",
  "Size of the dashboard (vite)",
];

/** Fast ones first; the build comes before whatever reads what it makes. @type {[title: string, command: string, args: string[]][]} */
const CHECKS = [
  ["Format and lint (biome)", "biome", ["ci", "--colors=off"]],
  ["Types and build (tsc -b)", "tsc", ["-b"]],
  ["Types of tests and scripts (tsc)", "tsc", ["-p", "tsconfig.tests.json"]],
  ["Types of the dashboard (tsc)", "tsc", ["-p", "apps/dashboard/tsconfig.test.json"]],
  ["Import direction (dependency-cruiser)", "depcruise", ["--config", ".dependency-cruiser.mjs", ...CRUISED]],
  ["Dead code (knip)", "knip", ["--no-progress"]],
  [SIZES[0] ?? "", process.execPath, [inCheckout("launcher", "measure-engine.mjs")]],
  [SIZES[1] ?? "", process.execPath, [inCheckout("launcher", "measure-sdk.mjs"), "--bounds"]],
  [SIZES[2] ?? "", process.execPath, [inCheckout("launcher", "measure-dashboard.mjs")]],
];

/**
 * Runs every check, also after one that fails.
 *
 * @param {import("./steps.mjs").Steps} steps
 * @returns {Promise<string[]>} the titles of those that failed
 */
export async function check({ step }) {
  const failed = [];
  for (const [title, command, args] of CHECKS) {
    try {
      await step(
        title,
        () => runProgram(command === process.execPath ? command : installed(command), args),
        (said) => (SIZES.includes(title) ? said.trim() : title),
      );
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      console.log(`\n${error.message}\n`);
      failed.push(title);
    }
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const steps = showSteps();
  await ensureToolchain(steps);
  process.exitCode = (await check(steps)).length === 0 ? 0 : 1;
}
