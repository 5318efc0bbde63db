/** Every wait of the delivery, in milliseconds. */

/** Between giving up a request that got no answer and the next step. */
export const ANSWER_WITHIN_MS = 10_000;
/** A stream is dead when nothing was heard for this long; the server's heartbeat comes every 15 s. */
export const SILENT_STREAM_MS = 45_000;
/** While a ruleset waits for what it needs, the stream is not read: it may well be alive. */
export const WAITING_STREAM_MS = 600_000;
/** A body that is read whole must go on arriving. */
export const SILENT_BODY_MS = 10_000;
/** Without a stream for this long, or after so many failures, polling takes over. */
export const POLL_WITHOUT_STREAM_MS = 15_000;
export const POLL_AFTER_FAILURES = 3;
/** Between two tries to load a part of the SDK. */
export const RELOAD_MS = 30_000;
/** Nothing heard for this long: what is held counts as stale. */
export const STALE_AFTER_MS = 60_000;
export const DEFAULT_POLL_INTERVAL_MS = 30_000;
export const SHORTEST_POLL_INTERVAL_MS = 1_000;
export const DEFAULT_FLUSH_INTERVAL_MS = 60_000;
export const SHORTEST_FLUSH_INTERVAL_MS = 1_000;
/** How long `close()` waits for the last batch. */
export const LAST_BATCH_MS = 2_000;
export const DEFAULT_READY_TIMEOUT_MS = 5_000;

/** Evenly spread between `lowMs` and `highMs`. */
export function uniformMs(lowMs: number, highMs: number, random: () => number): number {
  return lowMs + (highMs - lowMs) * random();
}

/** A stream that was up and is lost: its server may have gone, and all its clients miss it at once. */
export function afterLossMs(random: () => number): number {
  return uniformMs(0, 5_000, random);
}

/**
 * Full-jitter backoff: evenly spread between nothing and a bound that doubles from 1 s to 30 s. `failures` counts those before this one.
 */
export function backoffMs(failures: number, random: () => number): number {
  return uniformMs(0, Math.min(30_000, 1_000 * 2 ** failures), random);
}

/** No sooner than the server asked, and up to a fifth later, so that clients told the same do not return as one. */
export function askedDelayMs(askedMs: number, random: () => number): number {
  const bounded = Math.min(askedMs, 600_000);
  return uniformMs(bounded, bounded * 1.2, random);
}

/** For a key that the server refuses. It may have been revoked by mistake, so it is never given up. */
export function refusedKeyDelayMs(random: () => number): number {
  return uniformMs(300_000, 600_000, random);
}
