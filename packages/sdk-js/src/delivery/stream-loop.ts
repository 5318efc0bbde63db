import { Pause } from "./pause.ts";
import { RetryPolicy } from "./retry-policy.ts";
import type { RulesetSink } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";
import { followStream, type StreamEnd } from "./stream-connection.ts";

export interface StreamLoopListener {
  /** The stream brought a ruleset, or goes on from the held one. */
  up(): void;
  /** The stream is open and brought a ruleset that was refused. */
  behind(): void;
  /** The stream ended, the `failures`-th time in a row that it did not hold. */
  down(end: StreamEnd, failures: number): void;
}

/** Keeps one stream open, from connection to connection. */
export class StreamLoop {
  readonly #service: Service;
  readonly #sink: RulesetSink;
  readonly #listener: StreamLoopListener;
  readonly #policy: RetryPolicy;
  readonly #pause: Pause;
  readonly #stopping = new AbortController();
  /** The service said when to come back. */
  #isAskedToWait = false;
  #done: Promise<void> = Promise.resolve();

  constructor(service: Service, sink: RulesetSink, listener: StreamLoopListener) {
    this.#service = service;
    this.#sink = sink;
    this.#listener = listener;
    this.#policy = new RetryPolicy(() => service.ports.random());
    this.#pause = new Pause(service.ports, this.#stopping.signal);
  }

  start(): void {
    // Later, so that there is something to wait for when the user's own fetch calls for the stop.
    this.#done = Promise.resolve().then(() => this.#run());
  }

  /** Ends the wait for the next attempt, if there is one that the service did not ask for. */
  retryNow(): void {
    if (!this.#isAskedToWait) this.#pause.end();
  }

  /** Resolves when the stream is closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let whole = false;
    while (!signal.aborted) {
      const end = await followStream(this.#service, this.#sink, {
        whole,
        signal,
        onUp: () => this.#listener.up(),
        onBehind: () => this.#listener.behind(),
      });
      if (signal.aborted) return;

      whole = end.cause === "resync" || (whole && end.lastedMs === 0);
      const delayMs = this.#policy.delayAfter(end);
      this.#isAskedToWait = end.askedMs !== undefined;
      if (end.error) this.#sink.failed(end.error);
      if (signal.aborted) return; // a listener of the user's may have closed the client
      this.#listener.down(end, this.#policy.failures);
      await this.#pause.wait(delayMs);
    }
  }
}
