import type { Cancel } from "../ports.ts";
import { POLL_AFTER_FAILURES, POLL_WITHOUT_STREAM_MS } from "./delays.ts";
import { PollLoop } from "./poll-loop.ts";
import type { RulesetSink } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";
import { StreamLoop } from "./stream-loop.ts";

export interface FeedOptions {
  readonly mode: "stream" | "poll";
  readonly pollIntervalMs: number;
}

/**
 * Brings rulesets for as long as it runs: by the stream, and by polling while the stream can't be had.
 * The stream is tried again meanwhile; a service that a poll finds back is asked for its stream at once.
 */
export class RulesetFeed {
  readonly #service: Service;
  readonly #mode: FeedOptions["mode"];
  readonly #stream: StreamLoop;
  readonly #poll: PollLoop;
  #cancelFallback: Cancel | undefined;
  #isStopped = false;

  constructor(service: Service, sink: RulesetSink, options: FeedOptions) {
    this.#service = service;
    this.#mode = options.mode;
    this.#poll = new PollLoop(service, sink, options.pollIntervalMs, () => this.#stream.retryNow());
    this.#stream = new StreamLoop(service, sink, {
      up: () => this.#stopPolling(),
      behind: () => this.#pollUnlessStreamComes(),
      down: (end, failures) => {
        // A key that the stream is refused with would be refused to a poll as well.
        if (end.cause === "unauthorized") this.#stopPolling();
        else if (failures >= POLL_AFTER_FAILURES) this.#startPolling();
        else this.#pollUnlessStreamComes();
      },
    });
  }

  /** Does nothing once it was stopped. */
  start(): void {
    if (this.#isStopped) return;
    if (this.#mode === "poll") {
      this.#poll.start();
      return;
    }
    this.#pollUnlessStreamComes();
    this.#stream.start();
  }

  /** Resolves when every request is over and every timer gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelFallback?.();
    await Promise.all([this.#stream.stop(), this.#poll.stop()]);
  }

  #pollUnlessStreamComes(): void {
    if (this.#isStopped) return;
    this.#cancelFallback ??= this.#service.ports.after(POLL_WITHOUT_STREAM_MS, () => this.#poll.start());
  }

  #startPolling(): void {
    if (this.#isStopped) return;
    this.#cancelFallback?.();
    this.#cancelFallback = undefined;
    this.#poll.start();
  }

  #stopPolling(): void {
    this.#cancelFallback?.();
    this.#cancelFallback = undefined;
    void this.#poll.stop();
  }
}
