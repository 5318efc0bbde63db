import type { PartLoader } from "../parts/part-loader.ts";
import type { AfterStart } from "../parts/parts.ts";
import type { Cancel } from "../ports.ts";
import type { SdkError } from "../sdk-error.ts";
import { POLL_AFTER_FAILURES, POLL_WITHOUT_STREAM_MS, RELOAD_MS } from "./delays.ts";
import type { PollLoop } from "./poll-loop.ts";
import type { RulesetSink } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";
import { StreamLoop } from "./stream-loop.ts";

export interface FeedOptions {
  /** `manual` asks once, and when it is told to; `offline` never. */
  readonly mode: "stream" | "poll" | "manual" | "offline";
  readonly pollIntervalMs: number;
}

/**
 * Brings rulesets for as long as it runs: by the stream, and by polling while the stream can't be had.
 * The stream is tried again meanwhile; a service that a poll finds back is asked for its stream at once.
 */
export class RulesetFeed {
  readonly #service: Service;
  readonly #sink: RulesetSink;
  readonly #options: FeedOptions;
  readonly #part: PartLoader<AfterStart>;
  readonly #stream: StreamLoop;
  #poll: PollLoop | undefined;
  #isPolling = false;
  #cancelFallback: Cancel | undefined;
  #isStopped = false;

  /** `part` is what polls. */
  constructor(service: Service, sink: RulesetSink, options: FeedOptions, part: PartLoader<AfterStart>) {
    this.#service = service;
    this.#sink = sink;
    this.#options = options;
    this.#part = part;
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
    switch (this.#options.mode) {
      case "poll":
        this.#startPolling();
        return;
      case "manual":
        void this.refresh();
        return;
      case "stream":
        this.#pollUnlessStreamComes();
        this.#stream.start();
    }
  }

  /** Asks once, now. Resolves when the answer was taken, or did not come. */
  async refresh(): Promise<void> {
    if (this.#isStopped || this.#options.mode === "offline") return;
    try {
      const poll = await this.#load();
      if (!this.#isStopped) await poll.askNow();
    } catch (error) {
      if (!this.#isStopped) this.#sink.failed(error as SdkError);
    }
  }

  /** Resolves when every request is over and every timer gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelFallback?.();
    await Promise.all([this.#stream.stop(), this.#poll?.close()]);
  }

  #pollUnlessStreamComes(): void {
    if (this.#isPolling) return;
    // Those who lose a node lose it together, and what they hold is good for a while.
    const isHolding = this.#sink.heldVersion() !== undefined;
    const spreadMs = isHolding ? POLL_WITHOUT_STREAM_MS * this.#service.ports.random() : 0;
    this.#startPollingIn(POLL_WITHOUT_STREAM_MS + spreadMs);
  }

  #startPollingIn(ms: number): void {
    if (this.#isStopped) return;
    this.#cancelFallback ??= this.#service.ports.after(ms, () => this.#startPolling());
  }

  #startPolling(): void {
    if (this.#isStopped) return;
    this.#cancelFallback?.();
    this.#cancelFallback = undefined;
    this.#isPolling = true;
    if (this.#poll) this.#poll.start();
    else void this.#startLater();
  }

  async #load(): Promise<PollLoop> {
    const { PollLoop } = await this.#part.load();
    this.#poll ??= new PollLoop(this.#service, this.#sink, this.#options.pollIntervalMs, () =>
      this.#stream.retryNow(),
    );
    return this.#poll;
  }

  async #startLater(): Promise<void> {
    try {
      const poll = await this.#load();
      if (this.#isPolling && !this.#isStopped) poll.start();
    } catch (error) {
      if (!this.#isPolling || this.#isStopped) return;
      this.#startPollingIn(RELOAD_MS);
      this.#sink.failed(error as SdkError);
    }
  }

  #stopPolling(): void {
    this.#cancelFallback?.();
    this.#cancelFallback = undefined;
    this.#isPolling = false;
    void this.#poll?.stop();
  }
}
