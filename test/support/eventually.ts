import { setTimeout as wait } from "node:timers/promises";

interface Patience {
  /** Milliseconds until it gives up; 5,000 unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds between two tries; 20 unless told. */
  readonly intervalMs?: number;
}

/**
 * Tries `probe` until it neither throws nor answers `false`, and answers what it answered.
 * Errors: after `timeoutMs` the last error of the probe, as it was.
 *
 * @example
 * await eventually(() => expect(client.isEnabled("cart", ada)).toBe(true));
 */
export async function eventually<T>(probe: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { timeoutMs = 5_000, intervalMs = 20 } = patience;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const attempt = await tryOnce(probe);
    if (attempt.ok) return attempt.value;
    if (performance.now() >= deadline) throw attempt.error ?? new Error(`Still false after ${timeoutMs} ms.`);
    await wait(intervalMs);
  }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error?: unknown };

async function tryOnce<T>(probe: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await probe();
    return value === false ? { ok: false } : { ok: true, value };
  } catch (error) {
    return { ok: false, error };
  }
}
