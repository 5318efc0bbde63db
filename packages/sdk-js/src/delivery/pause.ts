import type { Cancel, Ports } from "../ports.ts";

/** One wait at a time, which can be cut short. Once `signal` aborts, there is no waiting any more. */
export class Pause {
  readonly #ports: Ports;
  readonly #signal: AbortSignal;
  #end: Cancel = () => {};

  constructor(ports: Ports, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.end());
  }

  /** Resolves after `ms`, or as soon as {@link end} is called. */
  wait(ms: number): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#ports.after(ms, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Ends the wait under way; does nothing without one. */
  end(): void {
    this.#end();
  }
}
