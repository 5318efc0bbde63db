import { afterLossMs, askedDelayMs, backoffMs, refusedKeyDelayMs, uniformMs } from "./delays.ts";

/** How a connection ended, as far as it decides when to try again. */
export interface ConnectionEnd {
  /** `ended`: by the other side, in order, after it had brought what it should. */
  readonly cause: "lost" | "ended" | "goodbye" | "resync" | "unauthorized";
  /** How long the connection was up; 0 when it never was. */
  readonly lastedMs: number;
  /** What the server asked for by `goodbye`, `Retry-After` or `retry:`. */
  readonly askedMs?: number | undefined;
}

/** A connection that held this long was a good one, and what failed before it is forgotten. */
const HEALTHY_MS = 60_000;
/** So was one that ended in order after this long: some proxies let no request take longer than half a minute. */
const HEALTHY_UNTIL_ENDED_MS = 5_000;
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
    if (wasHealthy(end)) this.#failures = 0;
    // One that is ended at once, again and again, lengthens the wait; it does not open the circuit. Nor does a service that says when to come back.
    if (end.cause === "ended" || end.askedMs !== undefined)
      this.#failures = Math.min(this.#failures, OPEN_AFTER_FAILURES - 1);
    const before = this.#failures;
    this.#failures += 1;

    const own = this.#ownDelay(end, before);
    return end.askedMs === undefined ? own : Math.max(own, askedDelayMs(end.askedMs, this.#random));
  }

  #ownDelay(end: ConnectionEnd, before: number): number {
    if (before >= OPEN_AFTER_FAILURES) return uniformMs(60_000, 120_000, this.#random);
    // The first orderly end is no fault: come back when asked, or at once for a whole ruleset.
    if (before === 0 && (end.cause === "resync" || end.askedMs !== undefined)) return 0;
    if (before === 0 && end.cause === "lost" && end.lastedMs > 0) return afterLossMs(this.#random);
    return backoffMs(before, this.#random);
  }
}

function wasHealthy({ cause, lastedMs }: ConnectionEnd): boolean {
  return lastedMs >= (cause === "ended" || cause === "goodbye" ? HEALTHY_UNTIL_ENDED_MS : HEALTHY_MS);
}
