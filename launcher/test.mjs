/** `npm test`: the check, then every test with coverage. Ends with the plain line `N passed, N failed, N skipped`. */
import "./require-node.mjs";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { check } from "./check.mjs";
import { inCheckout, privateFolder } from "./checkout.mjs";
import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const countsFile = join(privateFolder, `test-counts-${process.pid}.json`);
/** `npm test -- packages/engine` runs some tests; what they cover says nothing then. */
const chosen = process.argv.slice(2).filter((argument) => argument !== "--");

process.exitCode = await test();

async function test() {
  const steps = showSteps();
  try {
    await ensureToolchain(steps);
    const failedChecks = await check(steps);
    const troubles = failedChecks.map((title) => `The check failed: ${title}.`);

    const { counts, exitCode } = await runVitest();
    troubles.push(...troublesOf(counts, exitCode));
    if (troubles.length > 0) console.log(troubles.join("\n"));
    const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return troubles.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof ProgramError ? error.message : error);
    console.log("0 passed, 0 failed, 0 skipped");
    return 1;
  }
}

/** @returns {Promise<{ counts: import("./count-tests.mjs").TestCounts | undefined, exitCode: number }>} */
async function runVitest() {
  mkdirSync(privateFolder, { recursive: true });
  const reporters = ["--reporter=default", `--reporter=${inCheckout("launcher", "count-tests.mjs")}`];
  const args = ["run", ...reporters, ...(chosen.length === 0 ? ["--coverage"] : chosen)];
  try {
    const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");
    const exitCode = await runInFront(process.execPath, [vitest, ...args], {
      BURGEE_TEST_COUNTS: countsFile,
    });
    const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, "utf8")) : undefined;
    return { counts, exitCode };
  } finally {
    rmSync(countsFile, { force: true });
  }
}

/**
 * @param {import("./count-tests.mjs").TestCounts | undefined} counts
 * @param {number} exitCode
 */
function troublesOf(counts, exitCode) {
  if (counts === undefined) return [`Vitest ended before it could count (exit code ${exitCode}).`];

  const troubles = [
    counts.failed > 0 && `Tests failed: ${counts.failed}.`,
    counts.brokenFiles > 0 && `Test files that could not run: ${counts.brokenFiles}.`,
    counts.strayErrors > 0 && `Errors outside of any test: ${counts.strayErrors}.`,
  ].filter((trouble) => trouble !== false);
  if (exitCode === 0 || troubles.length > 0) return troubles;
  return chosen.length === 0
    ? ["Coverage is under its threshold (vitest says above where)."]
    : [`Vitest ended with exit code ${exitCode}.`];
}
