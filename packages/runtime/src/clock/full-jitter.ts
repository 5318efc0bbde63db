export interface Backoff {
  /** The ceiling of the first wait. */
  readonly baseMs: number;
  /** The ceiling that no wait exceeds. */
  readonly capMs: number;
}

/**
 * How long to wait before attempt number `attempt` (0 for the first retry).
 *
 * Anything from 0 to the exponential ceiling is equally likely, so that many who lost the same
 * server do not come back together.
 */
export function fullJitterMs(attempt: number, { baseMs, capMs }: Backoff, random = Math.random): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}
