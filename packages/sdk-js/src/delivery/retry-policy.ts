import { askedDelayMs, backoffMs, refusedKeyDelayMs, uniformMs } from "./delays.ts";

/** How a connection ended, as far as it decides when to try again. */
export interface ConnectionEnd {
  readonly cause: "lost" | "goodbye" | "resync" | "unauthorized";
  /** How long the connection was up; 0 when it never was. */
  readonly lastedMs: number;
  /** What the server asked for by `goodbye`, `Retry-After` or `retry:`. */
  readonly askedMs?: number | undefined;
}

/** A connection that held this long was a good one, and what failed before it is forgotten. */
const HEALTHY_MS = 60_000;
/** After so many failures in a row the circuit opens: a broken server gets one attempt in one to two minutes. */
const OPEN_AFTER_FAILURES = 5;

/** Decides how long to wait between two connections. Knows only what it is told; waits nowhere itself. */
export class RetryPolicy {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Connections in a row that did not hold. */
  get failures(): number {
    return this.#failures;
  }

  /** Takes note of an end, and answers how many milliseconds to wait before the next attempt. */
  delayAfter(end: ConnectionEnd): number {
    if (end.cause === "unauthorized") return refusedKeyDelayMs(this.#random);
    if (end.lastedMs >= HEALTHY_MS) this.#failures = 0;
    const before = this.#failures;
    this.#failures += 1;

    const own = this.#ownDelay(end, before);
    return end.askedMs === undefined ? own : Math.max(own, askedDelayMs(end.askedMs, this.#random));
  }

  #ownDelay(end: ConnectionEnd, before: number): number {
    if (before >= OPEN_AFTER_FAILURES) return uniformMs(60_000, 120_000, this.#random);
    // The first orderly end is no fault: come back when asked, or at once for a whole ruleset.
    if (before === 0 && (end.cause === "resync" || end.askedMs !== undefined)) return 0;
    return backoffMs(before, this.#random);
  }
}
