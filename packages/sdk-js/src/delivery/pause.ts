import type { Cancel, Ports } from "../ports.ts";

/** One wait at a time, which can be cut short. */
export class Pause {
  readonly #ports: Ports;
  #end: Cancel = () => {};

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Resolves after `ms`, or as soon as {@link end} is called. */
  wait(ms: number): Promise<void> {
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
