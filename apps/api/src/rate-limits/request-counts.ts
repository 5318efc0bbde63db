/** How many requests came under a name within a window of time, which begins with the first of them. */
export interface WindowCount {
  readonly count: number;
  readonly endsMs: number;
}

interface Counted {
  count: number;
  endsMs: number;
}

/**
 * Counts requests by name, in memory. Names that are not heard of again are dropped with the generation that they came in, so that
 * nothing is to be swept however many there are.
 */
export class RequestCounts {
  readonly #windowMs: number;
  #young = new Map<string, Counted>();
  #old = new Map<string, Counted>();
  #youngEndsMs = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @param nowMs of a clock that never goes back */
  add(name: string, nowMs: number): WindowCount {
    if (nowMs >= this.#youngEndsMs) this.#turn(nowMs);
    const counted = this.#young.get(name) ?? this.#old.get(name);
    if (counted && nowMs < counted.endsMs) {
      counted.count += 1;
      return counted;
    }
    const first = { count: 1, endsMs: nowMs + this.#windowMs };
    this.#young.set(name, first);
    return first;
  }

  countOf(name: string, nowMs: number): number {
    const counted = this.#young.get(name) ?? this.#old.get(name);
    return counted && nowMs < counted.endsMs ? counted.count : 0;
  }

  /** A window is as long as a generation, so none outlives the one after its own. */
  #turn(nowMs: number): void {
    const isLongAgo = nowMs >= this.#youngEndsMs + this.#windowMs;
    this.#old = isLongAgo ? new Map() : this.#young;
    this.#young = new Map();
    this.#youngEndsMs = nowMs + this.#windowMs;
  }
}
