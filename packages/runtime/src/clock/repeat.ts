import { setTimeout as delay } from "node:timers/promises";

export interface RepeatOptions {
  readonly everyMs: number;
  /** 0.2 spreads each wait over ± 20 %, so that processes started together drift apart. */
  readonly jitter?: number;
  readonly signal: AbortSignal;
  /** Work that failed is done again at its next turn. */
  readonly onError: (error: unknown) => void;
}

/**
 * Does `work` again and again, a wait after each time it ended, so that it never runs twice at once.
 * Resolves when `signal` is aborted and the last run has ended. Does not keep the process alive by itself.
 */
export async function repeat(
  work: () => Promise<void>,
  { everyMs, jitter = 0, signal, onError }: RepeatOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    const waitMs = everyMs * (1 + jitter * (2 * Math.random() - 1));
    await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
