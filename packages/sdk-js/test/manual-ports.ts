import type { Library } from "@burgee/engine";
import { library } from "@burgee/engine/library";
import { matches } from "@burgee/engine/matches";
import * as afterStart from "../src/after-start.ts";
import type {
  AfterStart,
  ListsPart,
  Matches,
  PartImports,
  StorePart,
  VerifierPart,
} from "../src/parts/parts.ts";
import type { Cancel, Ports } from "../src/ports.ts";
import * as lists from "../src/ruleset/list-loader.ts";
import * as verifier from "../src/ruleset/verifier.ts";
import * as store from "../src/store/stored-rulesets.ts";

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly work: () => void;
}

/** A clock that stands still until a test moves it, and a dice that shows what a test chose. */
export class ManualPorts implements Ports, PartImports {
  chance = 0.5;
  /** What loading the meaning of `matches` comes to. */
  loading: () => Promise<Matches> = async () => matches;
  /** Likewise the library, and what a client needs once it has started. */
  loadingLibrary: () => Promise<Library> = async () => library;
  loadingAfterStart: () => Promise<AfterStart> = async () => afterStart;
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

  loadLibrary(): Promise<Library> {
    return this.loadingLibrary();
  }

  async loadLists(): Promise<ListsPart> {
    return lists;
  }

  async loadStore(): Promise<StorePart> {
    return store;
  }

  loadAfterStart(): Promise<AfterStart> {
    return this.loadingAfterStart();
  }

  async loadVerifier(): Promise<VerifierPart> {
    return verifier;
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
