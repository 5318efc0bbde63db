import type { Evaluation, EvaluationContext } from "@burgee/engine";
import { LAST_BATCH_MS, RELOAD_MS } from "../delivery/delays.ts";
import type { Service } from "../delivery/service.ts";
import type { PartLoader } from "../parts/part-loader.ts";
import type { AfterStart } from "../parts/parts.ts";
import type { Cancel } from "../ports.ts";
import { SdkError } from "../sdk-error.ts";
import type { EarlyUsage } from "./early-usage.ts";
import type { UsageListener, UsageOptions, UsageReporter } from "./usage-reporter.ts";

/** What is kept while the part of the SDK that sends it is not there: answers by themselves, and events. */
const MOST_ANSWERS = 10_000;
const MOST_EVENTS = 1_000;

/** Hands on what is counted and tracked, and keeps it while the part of the SDK that sends it is on its way. */
export class Usage {
  readonly #service: Service;
  readonly #options: UsageOptions;
  readonly #listener: UsageListener;
  readonly #part: PartLoader<AfterStart>;
  readonly #early: EarlyUsage = { answers: new Map(), events: [], dropped: { evaluations: 0, events: 0 } };
  #reporter: UsageReporter | undefined;
  #cancelRetry: Cancel = () => {};
  #isClosed = false;

  constructor(
    service: Service,
    options: UsageOptions,
    listener: UsageListener,
    part: PartLoader<AfterStart>,
  ) {
    this.#service = service;
    this.#options = options;
    this.#listener = listener;
    this.#part = part;
  }

  /** Has the part loaded that sends, and hands it what was kept. */
  async start(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      if (this.#isClosed) return;
      this.#cancelRetry = this.#service.ports.after(RELOAD_MS, () => void this.start());
      this.#listener.failed(error as SdkError);
    }
  }

  /** `isServed` says that the caller got the evaluation's value, and not a fallback. */
  count(evaluation: Evaluation, isServed: boolean): void {
    if (this.#isClosed) return;
    if (this.#reporter) this.#reporter.count(evaluation, isServed);
    else this.#keepCount(evaluation, isServed);
  }

  track(name: unknown, context: EvaluationContext | undefined, value: unknown): void {
    const { events, dropped } = this.#early;
    if (this.#isClosed) {
      this.#listener.failed(new SdkError("closed", "The client was closed; nothing is tracked any more."));
    } else if (this.#reporter) this.#reporter.track(name, context, value, new Date());
    else if (events.length < MOST_EVENTS) events.push([name, copyOf(context), value, new Date()]);
    else dropped.events += 1;
  }

  /** Sends what there is; resolves when the service took it, or did not. */
  async flush(): Promise<void> {
    if (this.#reporter) return this.#reporter.flush();
    try {
      await (await this.#load()).flush();
    } catch {
      // Told where it was loaded for the first time; what is kept is sent later.
    }
  }

  /** Sends what is left, once, and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    if (this.#reporter) return this.#reporter.close();
    const { answers, events } = this.#early;
    if (answers.size + events.length === 0) return;
    const cancel = this.#service.ports.after(LAST_BATCH_MS, () => this.#part.close(), { keepAlive: true });
    const loading = this.#load().finally(cancel);
    try {
      await (await loading).close();
    } catch (cause) {
      const message = "The client was closed before what sends what was counted and tracked was loaded.";
      this.#listener.failed(new SdkError("usage_dropped", message, { cause }));
    }
  }

  async #load(): Promise<UsageReporter> {
    const { UsageReporter } = await this.#part.load();
    if (!this.#reporter) {
      this.#reporter = new UsageReporter(this.#service, this.#options, this.#listener, this.#early);
      this.#early.answers.clear();
      this.#early.events.length = 0;
    }
    return this.#reporter;
  }

  #keepCount(evaluation: Evaluation, isServed: boolean): void {
    const { answers, dropped } = this.#early;
    const known = answers.get(evaluation) ?? { served: 0, failed: 0 };
    if (answers.size < MOST_ANSWERS) answers.set(evaluation, known);
    known[isServed ? "served" : "failed"] += 1;
    if (!answers.has(evaluation)) dropped.evaluations += 1;
  }
}

/** A program may change its context before the event is written; what can't be copied can't be sent either, and is told then. */
function copyOf(context: EvaluationContext | undefined): EvaluationContext | undefined {
  try {
    return context && JSON.parse(JSON.stringify(context));
  } catch {
    return context;
  }
}
