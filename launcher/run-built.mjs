import { ProgramError, runInFront } from "./run-program.mjs";
import { showSteps } from "./steps.mjs";
import { build, ensureToolchain } from "./toolchain.mjs";

/**
 * Runs programs of ours on Node 24, one after the other until one fails, after installing and building what is missing.
 * Their arguments are ours; the last one's exit code becomes ours.
 *
 * @param {readonly string[]} scripts
 * @param {{ args?: readonly string[], env?: () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv> }} [options] `env` is read once
 *   everything is built
 */
export async function runBuilt(scripts, { args = process.argv.slice(2), env = () => ({}) } = {}) {
  try {
    await ensureToolchain(showSteps());
    await build();
    const added = await env();
    for (const script of scripts) {
      process.exitCode = await runInFront(process.execPath, ["--enable-source-maps", script, ...args], added);
      if (process.exitCode !== 0) return;
    }
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
