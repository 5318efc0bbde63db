import type { JobView } from "@burgee/core";

export interface JobFeedOptions {
  readonly pollMs: number;
  readonly onUnread: (error: unknown) => void;
}

/** How one job stands, for all who watch it at this process. */
export class JobFeed {
  /** How many watch it. */
  users = 0;
  readonly #read: () => Promise<JobView | undefined>;
  readonly #onUnread: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #latest: JobView | undefined;
  #changed = Promise.withResolvers<void>();
  #isReading = false;
  #isGone = false;

  constructor(read: () => Promise<JobView | undefined>, { pollMs, onUnread }: JobFeedOptions) {
    this.#read = read;
    this.#onUnread = onUnread;
    this.#timer = setInterval(() => void this.#poll(), pollMs).unref();
  }

  /** How it stands once that is newer than `version`; undefined when it is gone, or `signal` is aborted before. */
  async next(version: number, signal: AbortSignal): Promise<JobView | undefined> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!signal.aborted && !this.#isGone) {
        if (this.#latest && this.#latest.version > version) return this.#latest;
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

  async #poll(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const found = await this.#read();
      if (!found) this.#isGone = true;
      else if (this.#latest?.version === found.version) return;
      this.#latest = found;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    } catch (error) {
      // The next turn asks again; who watches meanwhile sees what was.
      this.#onUnread(error);
    } finally {
      this.#isReading = false;
    }
  }
}
