import { askedDelayMs, backoffMs, refusedKeyDelayMs, uniformMs } from "./delays.ts";
import { Pause } from "./pause.ts";
import { type PollAnswer, type PolledRuleset, pollRuleset } from "./poll-ruleset.ts";
import type { RulesetSink } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";

/** Polls the ruleset from `start` to `stop`, and may be started again. */
export class PollLoop {
  readonly #service: Service;
  readonly #sink: RulesetSink;
  readonly #intervalMs: number;
  readonly #onRecovered: () => void;
  #running: { readonly stop: () => void; readonly done: Promise<void> } | undefined;
  #failures = 0;
  /** A ruleset that was refused; asked for again only once it has changed. */
  #refusedEtag: string | null = null;

  /** `onRecovered` hears of the first answer after failures. */
  constructor(service: Service, sink: RulesetSink, intervalMs: number, onRecovered: () => void) {
    this.#service = service;
    this.#sink = sink;
    this.#intervalMs = intervalMs;
    this.#onRecovered = onRecovered;
  }

  start(): void {
    if (this.#running) return;
    const controller = new AbortController();
    this.#failures = 0;
    // Later, so that there is something to stop when the user's own fetch calls for it.
    const done = Promise.resolve().then(() => this.#run(controller.signal));
    this.#running = { stop: () => controller.abort(), done };
  }

  /** Resolves when the last request is over. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop();
    await running?.done;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const pause = new Pause(this.#service.ports, signal);
    while (!signal.aborted) {
      const answer = await pollRuleset(this.#service, this.#knownEtags(), signal);
      if (signal.aborted) return;
      if (answer.type === "ruleset") await this.#bring(answer);
      if (signal.aborted) return;
      await pause.wait(this.#delayAfter(answer));
    }
  }

  #knownEtags(): string[] {
    const held = this.#sink.heldVersion();
    return [...(held === undefined ? [] : [`"${held}"`]), ...(this.#refusedEtag ? [this.#refusedEtag] : [])];
  }

  async #bring({ ruleset, etag }: PolledRuleset): Promise<void> {
    const verdict = await this.#sink.put(ruleset, "poll");
    this.#refusedEtag = verdict === "refused" ? etag : null;
  }

  /** Takes note of an answer, and says how many milliseconds to wait before the next poll. */
  #delayAfter(answer: PollAnswer): number {
    const random = (): number => this.#service.ports.random();
    if (answer.type === "failed") {
      const failures = this.#failures;
      this.#failures += 1;
      this.#sink.failed(answer.error);
      if (answer.error.code === "unauthorized") return refusedKeyDelayMs(random);
      return Math.max(
        backoffMs(failures, random),
        answer.askedMs === undefined ? 0 : askedDelayMs(answer.askedMs, random),
      );
    }

    const recovered = this.#failures > 0;
    this.#failures = 0;
    this.#sink.heard("poll");
    if (recovered) this.#onRecovered();
    return uniformMs(this.#intervalMs * 0.9, this.#intervalMs * 1.1, random);
  }
}
