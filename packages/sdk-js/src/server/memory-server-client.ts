import type { EvaluationContext, VariantValue } from "@burgee/engine";
import { STALE_AFTER_MS } from "../delivery/delays.ts";
import { RulesetFeed } from "../delivery/ruleset-feed.ts";
import type { Eventual, LiveSource, RulesetSink, Verdict } from "../delivery/ruleset-sink.ts";
import { Emitter } from "../events/emitter.ts";
import { Hooks } from "../hooks/hooks.ts";
import { consoleLogger, guarded, type Logger, silentLogger } from "../logger.ts";
import { type PartImports, type Parts, partsOf } from "../parts/parts.ts";
import type { Ports } from "../ports.ts";
import { type Acceptance, HeldRuleset } from "../ruleset/held-ruleset.ts";
import { ListSource } from "../ruleset/list-source.ts";
import { Seals } from "../ruleset/seal.ts";
import type { Sent } from "../ruleset/sent.ts";
import { SdkError } from "../sdk-error.ts";
import type { RulesetStore } from "../store/ruleset-store.ts";
import type { StoredRulesets } from "../store/stored-rulesets.ts";
import { Usage } from "../usage/usage.ts";
import type { AppliedRuleset } from "../usage/usage-batch.ts";
import { type BoundClient, boundTo, type ContextSnapshot, shownOf } from "./bound-client.ts";
import { evaluate, evaluateAll, evaluateEnabled, evaluateEnabledDetail } from "./evaluate.ts";
import type { EvaluationDetail, ValueSource } from "./evaluation-detail.ts";
import { type ClientStatus, Lifecycle, type ReadyResult } from "./lifecycle.ts";
import type { ServerSettings } from "./options.ts";
import type { ClientEvents, ServerClient } from "./server-client.ts";

/** @internal use `createServerClient` */
export class MemoryServerClient implements ServerClient {
  readonly #settings: ServerSettings;
  readonly #logger: Logger;
  readonly #parts: Parts;
  readonly #stored: Promise<StoredRulesets | undefined> | undefined;
  readonly #lists: ListSource;
  readonly #held: HeldRuleset;
  readonly #seals: Seals;
  /** What was verified and taken last, as it came: so it is stored. */
  #verified: Sent | undefined;
  readonly #lifecycle: Lifecycle;
  readonly #feed: RulesetFeed;
  readonly #events: Emitter<ClientEvents>;
  readonly #usage: Usage | undefined;
  #hooks: Hooks | undefined;
  #applied: AppliedRuleset | undefined;
  #closed: Promise<void> | undefined;
  /** Where it takes a while. */
  readonly #bootstrapping: Promise<void> | undefined;
  #isObserved = false;

  constructor(settings: ServerSettings, ports: Ports & PartImports) {
    this.#settings = settings;
    const parts = partsOf(ports);
    this.#parts = parts;
    const { baseUrl, sdkKey } = settings;
    const service = { baseUrl, sdkKey, fetch: boundFetch(settings.fetch), ports };
    this.#stored = settings.store && this.#openStore(settings.store, ports);
    this.#lists = new ListSource(service, this.#stored ?? Promise.resolve(undefined), parts.lists);
    this.#held = new HeldRuleset({ ...parts, lists: this.#lists });
    this.#seals = new Seals(parts.verifier, settings.verifyKeys);
    this.#logger = guarded(settings.logger === false ? silentLogger : (settings.logger ?? consoleLogger));
    this.#events = new Emitter(
      {
        change: new Set(),
        ready: new Set(),
        status: new Set(),
        error: new Set(),
        evaluation: new Set(),
      },
      (event, cause) => this.#listenerFailed(event, cause),
    );
    this.#lifecycle = new Lifecycle(ports, Math.max(STALE_AFTER_MS, settings.pollIntervalMs * 2), {
      status: (status) => this.#statusChanged(status),
      ready: (result) => this.#events.emit("ready", result),
    });
    this.#feed = new RulesetFeed(service, this.#sink(), settings, parts.afterStart);
    this.#hooks =
      settings.hooks.length === 0 ? undefined : new Hooks(settings.hooks, (error) => this.#report(error));
    this.#usage =
      settings.usage &&
      new Usage(
        service,
        settings.usage,
        { applied: () => this.#applied, failed: (error) => this.#report(error) },
        parts.afterStart,
      );
    if (settings.bootstrap !== undefined) this.#bootstrapping = this.#bootstrap(settings.bootstrap);
    // Later, so that listeners subscribed right after the construction hear of a problem as well.
    queueMicrotask(() => this.#start());
  }

  get status(): ClientStatus {
    return this.#lifecycle.status;
  }

  get revision(): number | undefined {
    return this.#held.evaluator?.ruleset.revision;
  }

  get version(): string | undefined {
    return this.#held.version;
  }

  ready(options?: { readonly timeoutMs?: number | undefined }): Promise<ReadyResult> {
    const timeoutMs: unknown = options?.timeoutMs;
    const isTime = typeof timeoutMs === "number" && !Number.isNaN(timeoutMs);
    return this.#lifecycle.ready(isTime ? timeoutMs : this.#settings.readyTimeoutMs);
  }

  async refresh(): Promise<ReadyResult> {
    if (!this.#settings.problem) await this.#feed.refresh();
    return this.#lifecycle.now;
  }

  isEnabled(key: string, context: EvaluationContext = {}, fallback = false): boolean {
    if (!this.#hooks) return evaluateEnabled(this.#held.evaluator, key, fallback, context, this.#usage);
    return this.#hooks.around(key, context, (own) =>
      evaluateEnabledDetail(this.#held.evaluator, this.#source, key, fallback, own, this.#usage),
    );
  }

  value(key: string, fallback: boolean, context?: EvaluationContext): boolean;
  value(key: string, fallback: string, context?: EvaluationContext): string;
  value(key: string, fallback: number, context?: EvaluationContext): number;
  value<Value extends object | null>(key: string, fallback: Value, context?: EvaluationContext): Value;
  value(key: string, fallback: VariantValue, context?: EvaluationContext): VariantValue;
  value(key: string, fallback: VariantValue, context?: EvaluationContext): VariantValue {
    return this.detail(key, fallback, context).value;
  }

  detail(key: string, fallback: boolean, context?: EvaluationContext): EvaluationDetail<boolean>;
  detail(key: string, fallback: string, context?: EvaluationContext): EvaluationDetail<string>;
  detail(key: string, fallback: number, context?: EvaluationContext): EvaluationDetail<number>;
  detail<Value extends object | null>(
    key: string,
    fallback: Value,
    context?: EvaluationContext,
  ): EvaluationDetail<Value>;
  detail(key: string, fallback: VariantValue, context?: EvaluationContext): EvaluationDetail;
  detail(key: string, fallback: VariantValue, context: EvaluationContext = {}): EvaluationDetail {
    if (!this.#hooks) return this.#detail(key, fallback, context);
    return this.#hooks.around(key, context, (own) => {
      const detail = this.#detail(key, fallback, own);
      return { value: detail, detail };
    });
  }

  all(context: EvaluationContext = {}): Readonly<Record<string, EvaluationDetail>> {
    return evaluateAll(this.#held.evaluator, this.#source, context);
  }

  on<Name extends keyof ClientEvents>(
    event: Name,
    listener: (...args: ClientEvents[Name]) => unknown,
  ): () => void {
    const problem = this.#events.problemWith(event, listener);
    if (problem !== undefined) {
      this.#report(new SdkError("invalid_options", problem));
      return () => {};
    }
    if (event === "evaluation") this.#observe();
    return this.#events.on(event, listener);
  }

  forContext(context: EvaluationContext): BoundClient {
    return boundTo(this, context, (own) => this.#snapshot(own));
  }

  track(event: string, context?: EvaluationContext, value?: number): void {
    this.#usage?.track(event, context, value);
  }

  flush(): Promise<void> {
    return this.#usage?.flush() ?? Promise.resolve();
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = this.#end();
      this.#parts.matches.close();
      this.#parts.library.close();
      this.#parts.lists.close();
      this.#parts.verifier.close();
      this.#lists.close();
      this.#events.leave("change");
      this.#events.leave("ready");
      this.#lifecycle.close();
    }
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #detail(key: string, fallback: VariantValue, context: EvaluationContext): EvaluationDetail {
    return evaluate(this.#held.evaluator, this.#source, key, fallback, context, this.#usage);
  }

  #snapshot(context: EvaluationContext): ContextSnapshot | undefined {
    const { evaluator } = this.#held;
    if (!evaluator) return undefined;
    const { epoch, revision } = evaluator.ruleset;
    const source = this.#source;
    return {
      epoch,
      revision,
      evaluations: evaluator.evaluateAll(context).map((each) => shownOf(each, source)),
    };
  }

  /** From the first listener on, evaluations go the way of those with hooks. */
  #observe(): void {
    if (this.#isObserved) return;
    this.#isObserved = true;
    const tell = (detail: EvaluationDetail): void => this.#events.emit("evaluation", detail);
    this.#hooks = new Hooks(
      [...this.#settings.hooks, { name: "evaluation", after: tell, error: tell }],
      (error) => this.#report(error),
    );
  }

  get #source(): ValueSource {
    if (this.#held.origin !== "live") return this.#held.origin;
    return this.#lifecycle.status === "ready" ? "live" : "stale";
  }

  #start(): void {
    if (this.#closed) return;
    const { problem } = this.#settings;
    if (problem) this.#failed(problem);
    else this.#feed.start();
    // Before it is needed: a program may be installed anew under its own feet. Where it fails, whoever needs it says so.
    if (!problem && !this.#isOffline) {
      for (const part of [this.#parts.verifier, this.#parts.afterStart]) part.load().catch(() => {});
    }
    void this.#usage?.start();
    const restoring = this.#stored && this.#restore(this.#stored);
    if (this.#isOffline) void this.#settleOffline([this.#bootstrapping, restoring]);
  }

  async #settleOffline(standIns: readonly (Promise<void> | undefined)[]): Promise<void> {
    await Promise.all(standIns);
    this.#lifecycle.settle();
  }

  get #isOffline(): boolean {
    return this.#settings.mode === "offline" && !this.#settings.problem;
  }

  /** Begun before anyone is told: a listener of the last status may close once more. */
  async #end(): Promise<void> {
    await Promise.all([
      this.#feed.stop(),
      this.#stored?.then((stored) => stored?.close()),
      // A patch may wait for the part that sends the last batch as well.
      Promise.resolve(this.#usage?.close()).finally(() => this.#parts.afterStart.close()),
    ]);
  }

  /** A store whose part of the SDK does not load is told like one that fails. */
  async #openStore(store: RulesetStore, ports: Ports): Promise<StoredRulesets | undefined> {
    try {
      const { StoredRulesets } = await this.#parts.store.load();
      return new StoredRulesets(store, this.#settings.sdkKey, ports, (error) => this.#report(error));
    } catch (error) {
      this.#report(error as SdkError);
      return undefined;
    }
  }

  async #restore(opened: Promise<StoredRulesets | undefined>): Promise<void> {
    const found = await (await opened)?.load();
    if (!found || this.#closed) return;
    const { json, sent } = found;
    const error = this.#seals.arePinned ? await this.#seals.check(json, sent) : undefined;
    if (this.#closed) return;
    const acceptance = error ? { type: "unready" as const, error } : await this.#held.restore(json);
    if (this.#closed) return;
    if ("error" in acceptance) {
      const { error } = acceptance;
      this.#report(
        new SdkError("store_failed", `What the store has is not used: ${error.message}`, { cause: error }),
      );
    }
    if (acceptance.type !== "changed") return;
    this.#lifecycle.standsIn("disk", this.#isOffline);
    this.#events.emit("change", acceptance.change);
  }

  /** At once, where the program has it at hand, and it needs no part of the SDK. */
  #bootstrap(given: unknown): Promise<void> | undefined {
    if (typeof given === "function") return this.#fetchBootstrap(() => given());
    const acceptance = this.#held.bootstrap(given);
    if (acceptance instanceof Promise) return acceptance.then((later) => this.#bootstrapped(later));
    this.#bootstrapped(acceptance);
    return undefined;
  }

  async #fetchBootstrap(fetch: () => unknown): Promise<void> {
    try {
      const acceptance = await this.#held.bootstrap(await Promise.resolve().then(fetch));
      this.#bootstrapped(acceptance);
      if (acceptance.type === "changed" && !this.#closed) this.#events.emit("change", acceptance.change);
    } catch (cause) {
      if (this.#closed) return;
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#report(new SdkError("bootstrap_failed", `Your bootstrap was not fetched: ${why}`, { cause }));
    }
  }

  #bootstrapped(acceptance: Acceptance): void {
    if (this.#closed) return;
    if ("error" in acceptance) queueMicrotask(() => this.#report(acceptance.error));
    else if (acceptance.type === "changed") this.#lifecycle.standsIn("bootstrap", this.#isOffline);
  }

  #sink(): RulesetSink {
    return {
      heldVersion: () => this.#held.resumableVersion,
      takesNoPatches: this.#seals.arePinned,
      put: (ruleset, source, sent) => this.#settle(this.#put(ruleset, sent), source),
      // Nobody signs what a patch makes of a ruleset.
      patch: (patch) =>
        this.#settle(this.#seals.arePinned ? { type: "gap" } : this.#held.patch(patch), "stream"),
      heard: (source) => {
        if (this.#lifecycle.heard(source)) this.#held.confirm();
      },
      failed: (error) => this.#failed(error),
    };
  }

  #put(ruleset: unknown, sent: Sent): Eventual<Acceptance> {
    const checking = this.#seals.check(ruleset, sent);
    if (!checking) return this.#held.put(ruleset);
    return checking.then(async (error) => {
      if (error) return { type: "unready", error };
      const acceptance = await this.#held.put(ruleset);
      if (acceptance.type === "changed" && this.#seals.arePinned) this.#verified = sent;
      return acceptance;
    });
  }

  #settle(acceptance: Eventual<Acceptance>, source: LiveSource): Eventual<Verdict> {
    if (!(acceptance instanceof Promise)) return this.#accept(acceptance, source);
    return acceptance.then((later) => (this.#closed ? "taken" : this.#accept(later, source)));
  }

  #accept(acceptance: Acceptance, source: LiveSource): Verdict {
    switch (acceptance.type) {
      case "changed":
        this.#lifecycle.accepted(source);
        this.#logger.debug(`ruleset ${acceptance.change.version} is in use`);
        this.#applied = {
          version: acceptance.change.version,
          at: new Date().toISOString(),
          traceparent: this.#held.evaluator?.ruleset.traceparent,
        };
        this.#keep();
        this.#events.emit("change", acceptance.change);
        return "taken";
      case "same":
        this.#lifecycle.accepted(source);
        return "taken";
      case "older":
        return "taken";
      case "gap":
        this.#lifecycle.missed();
        return "gap";
      case "refused":
      case "unready":
        this.#lifecycle.refused(acceptance.error);
        this.#report(acceptance.error);
        return acceptance.type;
    }
  }

  #keep(): void {
    const ruleset = this.#held.evaluator?.ruleset;
    const verified = this.#verified;
    if (ruleset) void this.#stored?.then((stored) => stored?.keep(ruleset, verified));
  }

  #failed(error: SdkError): void {
    if (error.code === "unauthorized" || error.code === "invalid_options") this.#lifecycle.stuck(error);
    else this.#lifecycle.failed(error);
    this.#report(error);
  }

  #statusChanged(status: ClientStatus): void {
    this.#logger[status === "stale" || status === "failed" ? "warn" : "info"](`the client is ${status}`);
    this.#events.emit("status", status);
  }

  #report(error: SdkError): void {
    const level = error.code === "unreachable" || error.code === "silent" ? "warn" : "error";
    this.#logger[level](error.message);
    this.#events.emit("error", error);
  }

  #listenerFailed(event: keyof ClientEvents, cause: unknown): void {
    const error = new SdkError("listener_failed", `A listener of "${event}" failed.`, { cause });
    this.#logger.error(`${error.message} ${cause instanceof Error ? cause.message : String(cause)}`);
    // A failing listener of "error" would be told of itself for ever.
    if (event !== "error") this.#events.emit("error", error);
  }
}

/** `fetch` wants to be called on nothing, or on the global object. */
function boundFetch(own: typeof globalThis.fetch | undefined): typeof globalThis.fetch {
  return (input, init) => (own ?? globalThis.fetch)(input, init);
}
