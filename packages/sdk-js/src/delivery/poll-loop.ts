import { askedDelayMs, backoffMs, refusedKeyDelayMs, uniformMs } from "./delays.ts";
import { Pause } from "./pause.ts";
import { type PollAnswer, type PolledRuleset, pollRuleset } from "./poll-ruleset.ts";
import type { RulesetSink } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";

/** Polls the ruleset from `start` to `stop`, and may be started again; or once, when it is told to. */
export class PollLoop {
  readonly #service: Service;
  readonly #sink: RulesetSink;
  readonly #intervalMs: number;
  readonly #onRecovered: () => void;
  #running: { readonly stop: () => void; readonly done: Promise<void> } | undefined;
  #asking: { readonly stop: () => void; readonly done: Promise<void> } | undefined;
  #askingNext: Promise<void> | undefined;
  #isClosed = false;
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

  /** Polls no more. Resolves when the last of these requests is over. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop();
    await running?.done;
  }

  /** Asks no more. Resolves when every request is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#asking?.stop();
    await Promise.all([this.stop(), this.#asking?.done]);
  }

  /**
   * Asks once, and resolves when the answer was brought, or did not come. Where one is asked for already, asks once more after it, for all who
   * came meanwhile: its answer may be older than what they want to know.
   */
  askNow(): Promise<void> {
    if (this.#asking) {
      this.#askingNext ??= this.#asking.done.then(() => {
        this.#askingNext = undefined;
        return this.#isClosed ? undefined : this.askNow();
      });
      return this.#askingNext;
    }
    const controller = new AbortController();
    const done = this.#ask(controller.signal).then((answer) => {
      this.#asking = undefined;
      if (answer) this.#delayAfter(answer);
    });
    this.#asking = { stop: () => controller.abort(), done };
    return done;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const pause = new Pause(this.#service.ports, signal);
    while (!signal.aborted) {
      const answer = await this.#ask(signal);
      if (answer) await pause.wait(this.#delayAfter(answer));
    }
  }

  /** Nothing, once `signal` aborts. */
  async #ask(signal: AbortSignal): Promise<PollAnswer | undefined> {
    const answer = await pollRuleset(this.#service, this.#knownEtags(), signal);
    if (signal.aborted) return undefined;
    if (answer.type === "ruleset") await this.#bring(answer);
    return signal.aborted ? undefined : answer;
  }

  #knownEtags(): string[] {
    const held = this.#sink.heldVersion();
    return [...(held === undefined ? [] : [`"${held}"`]), ...(this.#refusedEtag ? [this.#refusedEtag] : [])];
  }

  async #bring({ ruleset, etag, sent }: PolledRuleset): Promise<void> {
    const verdict = await this.#sink.put(ruleset, "poll", sent);
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
