/** A seeded source of choices (xorshift32), so that what was found is found again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    for (let round = 0; round < 8; round++) this.below(2);
  }

  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Fewer than `limit` things. */
  list<Item>(limit: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(limit) }, make);
  }
}
