import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

/**
 * Runs one of our programs on Node 24, after installing and building what is missing. Its arguments are ours;
 * its exit code becomes ours.
 *
 * @param {string} script
 * @param {{ args?: readonly string[], env?: () => NodeJS.ProcessEnv }} [options] `env` is read once everything is built
 */
export async function runBuilt(script, { args = process.argv.slice(2), env = () => ({}) } = {}) {
  try {
    await ensureToolchain(showSteps());
    await build();
    process.exitCode = await runInFront(process.execPath, ["--enable-source-maps", script, ...args], env());
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
