/** Many streams over bare sockets, in a process of their own. */
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import { Program } from "./fork-program.ts";

export type ListenersAsked =
  | {
      readonly type: "open";
      readonly port: number;
      readonly key: string;
      readonly count: number;
      /** Of these, how many take nothing from their line once it is open. */
      readonly slow: number;
      readonly perSecond: number;
    }
  | { readonly type: "expect"; readonly revision: number }
  | { readonly type: "arrived" }
  | { readonly type: "resume" }
  | { readonly type: "state" };

export type ListenersTold =
  | { readonly type: "arrivals"; readonly at: readonly number[] }
  | { readonly type: "state"; readonly open: number; readonly lowest: number; readonly closed: number };

/** How long reading takes what the kernel still held. */
const RESUME_MS = 3_000;

export class Listeners {
  readonly #program = new Program<ListenersAsked, ListenersTold>("listeners-program.ts");
  #count = 0;
  #lively = 0;

  /** Resolves when all are open and hold a ruleset. */
  async open(
    port: number,
    key: string,
    {
      count,
      slow = 0,
      perSecond,
    }: { readonly count: number; readonly slow?: number; readonly perSecond: number },
  ): Promise<void> {
    this.#count += count;
    this.#lively += count - slow;
    this.#program.tell({ type: "open", port, key, count, slow, perSecond });
    await eventually(
      async () => {
        const { open, lowest } = await this.state();
        return open >= this.#count && lowest > 0;
      },
      { timeoutMs: 20_000 + (count / perSecond) * 2_000, intervalMs: 100 },
    );
  }

  state(): Promise<Extract<ListenersTold, { type: "state" }>> {
    const state = this.#program.next("state");
    this.#program.tell({ type: "state" });
    return state;
  }

  /** Lets those that take nothing take what there is, and so notice whether their line was cut; answers how many lines were. */
  async resume(): Promise<number> {
    this.#program.tell({ type: "resume" });
    await pause(RESUME_MS);
    return (await this.state()).closed;
  }

  /**
   * When each lively one had a revision, by the machine's clock.
   * @param change brings the revision about, and answers when
   */
  async arrivals(revision: number, change: () => Promise<number>): Promise<Arrivals> {
    this.#program.tell({ type: "expect", revision });
    const changedMs = await change();
    const at = await eventually(
      async () => {
        const arrived = this.#program.next("arrivals");
        this.#program.tell({ type: "arrived" });
        const { at } = await arrived;
        if (at.length < this.#lively)
          throw new Error(`${at.length} of ${this.#lively} have revision ${revision}.`);
        return at;
      },
      { timeoutMs: 30_000, intervalMs: 50 },
    );
    return { changedMs, delaysMs: at.map((ms) => Math.max(0, ms - changedMs)) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}

export interface Arrivals {
  readonly changedMs: number;
  /** From the change on. */
  readonly delaysMs: readonly number[];
}
