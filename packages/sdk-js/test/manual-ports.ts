import { matches } from "@burgee/engine/matches";
import type { Cancel, Lists, Matches, Ports } from "../src/ports.ts";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly work: () => void;
}

/** A clock that stands still until a test moves it, and a dice that shows what a test chose. */
export class ManualPorts implements Ports {
  chance = 0.5;
  /** What loading the meaning of `matches` comes to. */
  loading: () => Promise<Matches> = async () => matches;
  #now = 0;
  readonly #timers = new Set<Timer>();
  readonly #waiting = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, work: () => void): Cancel {
    const timer = { at: this.#now + ms, ms, work };
    this.#timers.add(timer);
    for (const look of [...this.#waiting]) look();
    return () => void this.#timers.delete(timer);
  }

  loadMatches(): Promise<Matches> {
    return this.loading();
  }

  loadLists(): Promise<Lists> {
    return import("@burgee/engine/lists");
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Resolves as soon as someone waits for exactly `ms`. */
  scheduled(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (![...this.#timers].some((timer) => timer.ms === ms)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits until someone waits for `ms`, and lets that time pass. */
  async pass(ms: number): Promise<void> {
    await this.scheduled(ms);
    this.advance(ms);
  }

  /** Lets time pass and runs, in order, what is due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.work();
    }
    this.#now = end;
  }
}
