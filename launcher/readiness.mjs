import { setTimeout as wait } from "node:timers/promises";
import { ProgramError } from "./run-program.mjs";

const PATIENCE_MS = 60_000;

/** Waits until `url` answers 200. */
export async function untilReady(/** @type {string} */ url, /** @type {AbortSignal} */ signal) {
  const deadline = performance.now() + PATIENCE_MS;
  let last = "nothing";
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      last = `${response.status} ${await response.text()}`;
      if (response.ok) return;
    } catch {
      last = "nothing";
    }
    await wait(50, undefined, { signal });
  }
  throw new ProgramError(
    `${url} was not ready within ${PATIENCE_MS / 1_000} s; it answered ${last.slice(0, 500)}.`,
  );
}
