/** Where time comes from. Tests hand in their own; nothing else in the tree asks the machine. */
export interface Clock {
  /** The wall clock: for stamps that people read, never for deciding order. */
  now(): Date;
  /** Milliseconds since some fixed moment; never goes back. For measuring how long something took. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
