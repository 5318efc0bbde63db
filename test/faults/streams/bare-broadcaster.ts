/** What a stream of ours is measured against, in a process of its own. */
import type { AddressInfo } from "node:net";
import { machineMs, Program } from "./fork-program.ts";

interface Listening {
  readonly type: "listening";
  readonly address: AddressInfo;
}

export class BareBroadcaster {
  readonly #program: Program<never, Listening>;
  port = 0;

  /** @param naive makes a text of its own for each listener, so many times as long, and keeps all that it does not take */
  constructor({ naive = 0 }: { readonly naive?: number } = {}) {
    this.#program = new Program("bare-broadcaster-program.ts", { NAIVE: String(naive) });
  }

  get pid(): number {
    return this.#program.pid;
  }

  async start(): Promise<void> {
    const { address } = await this.#program.next("listening");
    this.port = address.port;
  }

  /** Answers when it was asked to, and which revision that made. */
  async change(bytes: number): Promise<{ readonly revision: number; readonly changedMs: number }> {
    const headers = { "x-bytes": String(bytes) };
    const response = await fetch(`http://127.0.0.1:${this.port}`, { method: "POST", headers });
    const changedMs = machineMs();
    return { revision: Number(await response.text()), changedMs };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}
