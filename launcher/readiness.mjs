import { setTimeout as wait } from "node:timers/promises";
import { ProgramError } from "./run-program.mjs";

const PATIENCE_MS = 60_000;

/**
 * Waits until `url` answers 200, and no longer than until one of `ended` settles: with why the wait is in vain.
 *
 * @param {string} url
 * @param {{ signal: AbortSignal, ended: readonly Promise<string>[] }} options
 */
export async function untilReady(url, { signal, ended }) {
  const over = new AbortController();
  const asking = poll(url, AbortSignal.any([signal, over.signal]));
  try {
    const reason = await Promise.race([asking, ...ended]);
    if (reason !== undefined) throw new ProgramError(reason);
  } finally {
    over.abort();
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function poll(url, signal) {
  const deadline = performance.now() + PATIENCE_MS;
  let last = "nothing";
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
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
