import type { Evaluation, EvaluationContext } from "@burgee/engine";
import { askedDelayMs, backoffMs, LAST_BATCH_MS, refusedKeyDelayMs, uniformMs } from "../delivery/delays.ts";
import { exchange, type StayAlive } from "../delivery/exchange.ts";
import { type Refusal, refusalOf } from "../delivery/refusal.ts";
import type { Service } from "../delivery/service.ts";
import type { Cancel } from "../ports.ts";
import { SdkError } from "../sdk-error.ts";
import type { EarlyUsage } from "./early-usage.ts";
import { EventQueue } from "./event-queue.ts";
import { eventText } from "./tracked-event.ts";
import { type AppliedRuleset, sealBatch, type UsageBatch } from "./usage-batch.ts";
import { UsageCounts } from "./usage-counts.ts";

export interface UsageOptions {
  readonly flushIntervalMs: number;
  readonly privateAttributes: ReadonlySet<string>;
}

export interface UsageListener {
  applied(): AppliedRuleset | undefined;
  failed(error: SdkError): void;
}

const FIRST_FLUSH_MS = 2_000;
/** The service will not take this batch, however often it comes. */
const FINAL = new Set([400, 413, 415, 422]);
/** There is no such route: a service of an earlier version. */
const ABSENT = new Set([404, 405, 501]);

/**
 * Counts evaluations, and sends what was counted and tracked in batches. A batch that the service did not take is sent again as it is;
 * what is counted meanwhile waits, in bounded memory.
 */
export class UsageReporter {
  readonly #service: Service;
  readonly #options: UsageOptions;
  readonly #listener: UsageListener;
  readonly #counts = new UsageCounts(() => this.#arm());
  readonly #events = new EventQueue();
  readonly #stopping = new AbortController();
  #batch: UsageBatch | undefined;
  #sending: Promise<void> | undefined;
  /** The flush that was asked for while another was under way. */
  #next: Promise<void> | undefined;
  #cancel: Cancel | undefined;
  #failures = 0;
  #isClosed = false;
  /** Whether any batch was taken. */
  #hasSent = false;
  /** Of which it was told since the last batch. */
  #isDropping = false;

  /** Begins with what was counted and tracked before. */
  constructor(service: Service, options: UsageOptions, listener: UsageListener, early: EarlyUsage) {
    this.#service = service;
    this.#options = options;
    this.#listener = listener;
    for (const [evaluation, { served, failed }] of early.answers) {
      if (served > 0) this.#counts.count(evaluation, true, served);
      if (failed > 0) this.#counts.count(evaluation, false, failed);
    }
    for (const event of early.events) this.track(...event);
    this.#counts.drop(early.dropped.evaluations);
    this.#events.drop(early.dropped.events);
  }

  count(evaluation: Evaluation, isServed: boolean): void {
    this.#counts.count(evaluation, isServed);
  }

  track(name: unknown, context: EvaluationContext | undefined, value: unknown, at: Date): void {
    const { privateAttributes } = this.#options;
    const event = eventText(name, context, value, { at, privateAttributes });
    if (!event.ok) {
      this.#listener.failed(new SdkError("invalid_event", event.problem));
      return;
    }
    const gone = this.#events.push(event.json);
    if (gone > 0 && !this.#isDropping) {
      this.#isDropping = true;
      this.#listener.failed(dropped("There is no room for more events; the oldest give way."));
    }
    this.#arm();
  }

  /** Sends what there is; resolves when the service took it, or did not. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#sending) {
      this.#next ??= this.#sending.then(() => {
        this.#next = undefined;
        return this.flush();
      });
      return this.#next;
    }
    this.#sending = this.#sendAll().then((retryMs) => {
      this.#sending = undefined;
      if (this.#hasMore) this.#arm(retryMs);
    });
    return this.#sending;
  }

  /** Sends what is left, once, and ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    if (!this.#hasMore) return;
    const cancel = this.#service.ports.after(LAST_BATCH_MS, () => this.#stopping.abort(), {
      keepAlive: true,
    });
    await this.flush();
    cancel();
    if (this.#hasMore)
      this.#listener.failed(dropped("The client was closed before the service took all of it."));
  }

  get #hasMore(): boolean {
    return this.#batch !== undefined || !this.#counts.isEmpty || !this.#events.isEmpty;
  }

  #arm(delayMs?: number): void {
    if (this.#isClosed || this.#sending) return;
    // The first goes early: somebody may be watching whether their program shows itself.
    const intervalMs = this.#hasSent
      ? this.#options.flushIntervalMs
      : Math.min(FIRST_FLUSH_MS, this.#options.flushIntervalMs);
    this.#cancel ??= this.#service.ports.after(
      delayMs ?? uniformMs(intervalMs * 0.9, intervalMs * 1.1, this.#random),
      () => void this.flush(),
    );
  }

  /**
   * Sends what there is now: what is counted meanwhile has time until the next batch. Where one was not taken, answers how many milliseconds to
   * wait before it is sent again.
   */
  async #sendAll(): Promise<number | undefined> {
    for (let hasMore = true; hasMore; ) {
      const isOld = this.#batch !== undefined;
      const batch = this.#batch ?? sealBatch(this.#counts, this.#events, this.#listener.applied());
      if (!batch) return undefined;
      this.#batch = batch;
      this.#isDropping = false;
      const refusal = await this.#send(batch);
      if (refusal && !FINAL.has(refusal.error.status ?? 0)) return this.#retryAfter(refusal);
      if (refusal) this.#listener.failed(refused(batch, refusal.error));
      this.#batch = undefined;
      this.#hasSent = true;
      this.#failures = 0;
      hasMore = isOld || batch.isFull;
    }
    return undefined;
  }

  /** What kept the service from taking a batch; undefined once it took it. */
  async #send({ body }: UsageBatch): Promise<Refusal | undefined> {
    const read = async (response: Response, stayAlive: StayAlive): Promise<Refusal | undefined> =>
      response.ok ? undefined : refusalOf(response, stayAlive);
    const headers = { "content-type": "application/json", accept: "application/json" };
    const request = {
      path: "/v1/events",
      method: "POST" as const,
      headers,
      body,
      signal: this.#stopping.signal,
    };
    const exchanged = await exchange(this.#service, request, read);
    return exchanged.ok ? exchanged.value : { error: exchanged.error, askedMs: undefined };
  }

  /** Tells the first of failures in a row. */
  #retryAfter({ error, askedMs }: Refusal): number {
    const failures = this.#failures;
    this.#failures += 1;
    if (failures === 0 && error.code !== "closed") this.#listener.failed(error);
    if (error.code === "unauthorized" || ABSENT.has(error.status ?? 0))
      return refusedKeyDelayMs(this.#random);
    const own = backoffMs(failures, this.#random);
    return askedMs === undefined ? own : Math.max(own, askedDelayMs(askedMs, this.#random));
  }

  readonly #random = (): number => this.#service.ports.random();
}

function dropped(message: string, cause?: unknown): SdkError {
  return new SdkError("usage_dropped", message, { cause });
}

function refused({ evaluations, events }: UsageBatch, cause: SdkError): SdkError {
  const what = `a batch of ${evaluations} evaluations and ${events} events`;
  return dropped(`The service refuses ${what}, which is lost: ${cause.message}`, cause);
}
