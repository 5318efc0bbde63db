/** `npm start`: from a clone to a running Burgee with a demo tenant. Plain JavaScript: nothing is installed yet. */
import "./require-node.mjs";
import { join } from "node:path";
import { privateFolder } from "./checkout.mjs";
import { explainFailure } from "./explain-failure.mjs";
import { takeLock } from "./lock-file.mjs";
import { watchParent } from "./parent.mjs";
import { ProgramError } from "./run-program.mjs";
import { readSettings, refuseTakenPorts } from "./settings.mjs";
import { showSteps } from "./steps.mjs";
import { ensureToolchain } from "./toolchain.mjs";

/** Ends whatever runs: the first Ctrl-C, a SIGTERM, or the end of the process that started us. */
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stopping.abort());
process.once("disconnect", () => stopping.abort());
watchParent(() => stopping.abort());

process.exitCode = await start();
if (process.connected) process.disconnect();

async function start() {
  const steps = showSteps();
  /** @type {ReturnType<typeof takeLock> | undefined} */
  let lock;
  try {
    const settings = readSettings();
    lock = takeLock(join(privateFolder, "start.lock"));
    if ("heldBy" in lock) {
      throw new ProgramError(
        `Burgee already runs from this checkout, as process ${lock.heldBy}. Stop that one first.`,
      );
    }
    await refuseTakenPorts(settings);
    await ensureToolchain(steps, { signal: stopping.signal, beforeRerun: () => release(lock) });

    const { serve } = await import("./serve.mjs");
    return await serve({ settings, steps, signal: stopping.signal });
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    console.error(explainFailure(error));
    return 1;
  } finally {
    release(lock);
  }
}

function release(/** @type {ReturnType<typeof takeLock> | undefined} */ lock) {
  if (lock !== undefined && "release" in lock) lock.release();
}
