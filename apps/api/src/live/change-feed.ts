import type { ChangesSince, PlacedChange } from "@burgee/core";

export interface ChangeFeedOptions {
  readonly pollMs: number;
  readonly onUnread: (error: unknown) => void;
}

/** What came after a place in the trail; `changes` is undefined where that is no longer known one by one. */
export interface FeedNews {
  readonly head: number;
  readonly changes: readonly PlacedChange[] | undefined;
}

const MOST_KEPT = 200;

/** What a tenant's people change, for all who watch at this process: the trail's end is asked for again and again, as long as somebody does. */
export class ChangeFeed {
  /** How many watch. */
  users = 0;
  readonly #read: (after: number | undefined) => Promise<ChangesSince>;
  readonly #timer: NodeJS.Timeout;
  #kept: readonly PlacedChange[] = [];
  /** After which entry everything up to the head is in `#kept`. */
  #from = 0;
  #head: number | undefined;
  #changed = Promise.withResolvers<void>();
  #reading: Promise<void> | undefined;

  constructor(
    read: (after: number | undefined) => Promise<ChangesSince>,
    { pollMs, onUnread }: ChangeFeedOptions,
  ) {
    this.#read = read;
    // The next turn asks again; who watches meanwhile hears later.
    this.#timer = setInterval(() => void this.#poll().catch(onUnread), pollMs).unref();
  }

  /** Where the trail ends. */
  async head(): Promise<number> {
    if (this.#head === undefined) await this.#poll();
    return this.#head ?? 0;
  }

  /** What came after an entry, once there is any; undefined where `signal` is aborted before. */
  async next(after: number, signal: AbortSignal): Promise<FeedNews | undefined> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!signal.aborted) {
        if (this.#head !== undefined && this.#head > after) return this.#since(after, this.#head);
        await Promise.race([this.#changed.promise, aborted.promise]);
      }
      return undefined;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #since(after: number, head: number): FeedNews {
    if (after < this.#from) return { head, changes: undefined };
    return { head, changes: this.#kept.filter(({ seq }) => seq > after) };
  }

  #poll(): Promise<void> {
    this.#reading ??= this.#take().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #take(): Promise<void> {
    const before = this.#head;
    const { head, changes } = await this.#read(before);
    if (head === before) return;
    this.#head = head;
    if (changes === undefined || before === undefined) {
      this.#kept = [];
      this.#from = head;
    } else {
      const all = [...this.#kept, ...changes];
      this.#kept = all.slice(-MOST_KEPT);
      const dropped = all.at(-MOST_KEPT - 1);
      if (dropped) this.#from = dropped.seq;
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
