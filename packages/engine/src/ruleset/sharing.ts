interface Occurrence {
  isRepeated: boolean;
  /** Its number, once it is written. */
  at: number | undefined;
}

/** Finds what is equal as JSON, and writes it once: first all are counted, then written. */
export class Sharing<Value> {
  readonly shared: unknown[] = [];
  readonly #occurrences = new Map<string, Occurrence>();
  readonly #leastLength: number;
  readonly #writeInside: (value: Value, write: (part: Value) => unknown) => unknown;

  constructor(leastLength: number, writeInside: (value: Value, write: (part: Value) => unknown) => unknown) {
    this.#leastLength = leastLength;
    this.#writeInside = writeInside;
  }

  /** Counts an occurrence. What is inside of one that is not the first need not be counted: it is written once with the first. */
  isFirst(value: Value): boolean {
    const text = JSON.stringify(value);
    if (text.length < this.#leastLength) return true;
    const known = this.#occurrences.get(text);
    if (known) known.isRepeated = true;
    else this.#occurrences.set(text, { isRepeated: false, at: undefined });
    return !known;
  }

  /** The number of what occurs more than once, or the value itself. */
  write(value: Value): unknown {
    const inside = () => this.#writeInside(value, (part) => this.write(part));
    const known = this.#occurrences.get(JSON.stringify(value));
    if (!known?.isRepeated) return inside();
    known.at ??= this.shared.push(inside()) - 1;
    return known.at;
  }
}
