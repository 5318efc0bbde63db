/** Lets streams begin at a bounded rate: who comes a little early waits, and everybody else gets a time to come back. */

export interface AcceptLimits {
  /** Streams that begin in a second. */
  readonly acceptsPerSecond: number;
}

/** When a stream may begin: after a wait here, or after one at home. */
export type Turn = { readonly beginInMs: number } | { readonly comeBackInMs: number };

/** As many as would begin in this time may begin at once. */
const BURST_MS = 50;
/** Who comes later to their turn than this has lost it: a process that was busy would let all begin at once whose turns went by meanwhile. */
export const LATE_MS = 50;
/** Clients read `Retry-After` in whole seconds, so all of one second may come in the same moment. */
const LONGEST_WAIT_HERE_MS = 1_000;
const SHORTEST_AWAY_MS = 1_000;
/** Nobody is asked to stay away for longer. */
export const LONGEST_AWAY_MS = 30_000;
/** Of the rate, the part that is promised to those who were refused; the rest is for who comes anew. */
const PROMISED_SHARE = 0.8;

export class AcceptLimiter {
  readonly #everyMs: number;
  /** When the next stream may begin; a little in the past where few came lately. */
  #freeMs: number;
  /** Up to here, every moment is promised to somebody. */
  #promisedMs: number;

  constructor({ acceptsPerSecond }: AcceptLimits, nowMs: number) {
    this.#everyMs = 1_000 / acceptsPerSecond;
    this.#freeMs = nowMs - BURST_MS;
    this.#promisedMs = nowMs;
  }

  /** Takes the next turn, where there is one soon. */
  next(nowMs: number): Turn {
    if (this.#freeMs - nowMs > LONGEST_WAIT_HERE_MS) return { comeBackInMs: this.#promise(nowMs) };
    return { beginInMs: this.again(nowMs) };
  }

  /** For who lost a turn: the next after those that are given, in so many milliseconds. */
  again(nowMs: number): number {
    const turnMs = Math.max(this.#freeMs, nowMs - BURST_MS);
    this.#freeMs = turnMs + this.#everyMs;
    return Math.max(0, turnMs - nowMs);
  }

  /** One moment each, in the order in which they came; beyond the longest time, any moment of its second half. */
  #promise(nowMs: number): number {
    const afterMs = Math.max(this.#promisedMs, nowMs + SHORTEST_AWAY_MS);
    const promisedMs = afterMs + this.#everyMs / PROMISED_SHARE;
    if (promisedMs - nowMs > LONGEST_AWAY_MS) return LONGEST_AWAY_MS * (1 - Math.random() / 2);
    this.#promisedMs = promisedMs;
    return promisedMs - nowMs;
  }
}
