import type { Evaluation } from "@burgee/engine";

/** How often a toggle served a variant in one of its versions; `variant` is null for the caller's fallback. */
export interface ToggleCount {
  readonly toggle: string;
  readonly variant: string | null;
  readonly version: number | null;
  readonly count: number;
}

export interface UnknownKey {
  readonly key: string;
  readonly count: number;
}

/** Evaluations that are counted by themselves before they are added up: an engine shares one object for each answer. */
const MOST_SHARED = 10_000;
/** Counts and unknown keys kept apart at most: programs may ask for any key. */
const MOST_COUNTS = 20_000;
const MOST_UNKNOWN = 1_000;
const LONGEST_KEY = 256;

/** Counts evaluations, in bounded memory. What has no room is counted as `dropped`. */
export class UsageCounts {
  readonly #onFirst: () => void;
  #shared = new Map<Evaluation, { count: number }>();
  readonly #counts = new Map<string, Omit<ToggleCount, "count"> & { count: number }>();
  readonly #unknown = new Map<string, number>();
  #dropped = 0;

  /** `onFirst` hears of the first evaluation, and of the first after all were taken. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  get isEmpty(): boolean {
    return this.#shared.size + this.#counts.size + this.#unknown.size + this.#dropped === 0;
  }

  /** `isServed` says that the caller got the evaluation's value, and not a fallback; it may have so several `times`. */
  count(evaluation: Evaluation, isServed: boolean, times = 1): void {
    const known = this.#shared.get(evaluation);
    if (known && isServed) known.count += times;
    else this.#begin(evaluation, isServed, times);
  }

  /** Takes note of some that came when there was no room. */
  drop(count: number): void {
    this.#dropped += count;
  }

  /** Takes a batch's worth. */
  take(
    mostCounts: number,
    mostUnknown: number,
  ): { counts: ToggleCount[]; unknownKeys: UnknownKey[]; dropped: number } {
    this.#addUp();
    const counts = firstOf(this.#counts, mostCounts).map(([, count]) => count);
    const unknownKeys = firstOf(this.#unknown, mostUnknown).map(([key, count]) => ({ key, count }));
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { counts, unknownKeys, dropped };
  }

  #begin(evaluation: Evaluation, isServed: boolean, times: number): void {
    if (this.isEmpty) this.#onFirst();
    if (evaluation.errorCode === "FLAG_NOT_FOUND") this.#addUnknown(evaluation.key, times);
    // One with a note is nobody else's: its object will not be seen again.
    else if (!isServed || evaluation.note !== undefined) this.#add(evaluation, isServed, times);
    else {
      if (this.#shared.size >= MOST_SHARED) this.#addUp();
      this.#shared.set(evaluation, { count: times });
    }
  }

  #addUp(): void {
    for (const [evaluation, { count }] of this.#shared) this.#add(evaluation, true, count);
    this.#shared = new Map();
  }

  #add({ key, variant, version }: Evaluation, isServed: boolean, count: number): void {
    const of = { toggle: key, variant: (isServed ? variant : undefined) ?? null, version: version ?? null };
    const name = JSON.stringify([of.toggle, of.variant, of.version]);
    const known = this.#counts.get(name);
    if (known) known.count += count;
    else if (this.#counts.size < MOST_COUNTS) this.#counts.set(name, { ...of, count });
    else this.#dropped += count;
  }

  #addUnknown(key: unknown, times: number): void {
    const known = isKey(key) ? this.#unknown.get(key) : undefined;
    if (isKey(key) && (known !== undefined || this.#unknown.size < MOST_UNKNOWN)) {
      this.#unknown.set(key, (known ?? 0) + times);
    } else this.#dropped += times;
  }
}

/** What the service takes for a key; a program without types may ask by anything. */
function isKey(key: unknown): key is string {
  if (typeof key !== "string" || key === "" || key.length > LONGEST_KEY) return false;
  return key.isWellFormed() && !key.includes("\0");
}

/** Moves entries out of a map. */
function firstOf<Value>(map: Map<string, Value>, most: number): [string, Value][] {
  const taken = [...map].slice(0, most);
  for (const [key] of taken) map.delete(key);
  return taken;
}
