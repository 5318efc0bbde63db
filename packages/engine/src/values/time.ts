/** A moment in nanoseconds since 1970-01-01T00:00:00Z. */
export class Timestamp {
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = ns;
  }
}

/** A span of time in nanoseconds. */
export class Duration {
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = ns;
  }
}

/** The moment of a clock's milliseconds. */
export function timestampOfMs(ms: number): Timestamp {
  return new Timestamp(BigInt(Math.trunc(ms)) * 1_000_000n);
}
