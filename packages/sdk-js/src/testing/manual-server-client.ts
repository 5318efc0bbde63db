/// <reference lib="esnext.disposable" preserve="true" />
import type { ErrorCode, EvaluationContext, VariantValue } from "@burgee/engine";
import { Emitter } from "../events/emitter.ts";
import type { Told } from "../hooks/hooks.ts";
import { SdkError } from "../sdk-error.ts";
import { type BoundClient, boundTo, shownOf } from "../server/bound-client.ts";
import { evaluate, evaluateAll, evaluateEnabledDetail } from "../server/evaluate.ts";
import type { EvaluationDetail, ValueSource } from "../server/evaluation-detail.ts";
import type { ClientStatus, ReadyResult } from "../server/lifecycle.ts";
import type { ClientEvents } from "../server/server-client.ts";
import { SetToggles } from "./set-toggles.ts";
import type { RecordedEvaluation, RecordedEvent, TestClient, TestValue } from "./test-client.ts";

/** @internal use `createTestClient` */
export class ManualServerClient implements TestClient {
  readonly #toggles = new SetToggles();
  readonly #events: Emitter<ClientEvents>;
  #status: ClientStatus = "ready";
  #evaluations: RecordedEvaluation[] = [];
  #tracked: RecordedEvent[] = [];

  constructor(values: Readonly<Record<string, TestValue>>) {
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
    for (const [key, value] of Object.entries(values)) this.#toggles.set(key, value);
  }

  get status(): ClientStatus {
    return this.#status;
  }

  get revision(): number | undefined {
    return this.#isHeld ? this.#toggles.revision : undefined;
  }

  get version(): string | undefined {
    return this.#isHeld ? `test.${this.#toggles.revision}` : undefined;
  }

  get evaluations(): readonly RecordedEvaluation[] {
    return this.#evaluations;
  }

  get events(): readonly RecordedEvent[] {
    return this.#tracked;
  }

  set(key: string, value: TestValue): void {
    this.#toggles.set(key, value);
    this.#changed(key);
  }

  setError(key: string, code: ErrorCode): void {
    this.#toggles.setError(key, code);
    this.#changed(key);
  }

  remove(key: string): void {
    this.#toggles.remove(key);
    this.#changed(key);
  }

  setStatus(status: Exclude<ClientStatus, "closed">): void {
    this.#become(status);
    if (status === "ready") this.#events.emit("ready", this.#ready());
  }

  clearRecords(): void {
    this.#evaluations = [];
    this.#tracked = [];
  }

  /** Waits for nobody: answers how it is now, `timeout` for `initializing`. */
  async ready(): Promise<ReadyResult> {
    return this.#ready();
  }

  async refresh(): Promise<ReadyResult> {
    return this.#ready();
  }

  isEnabled(key: string, context: EvaluationContext = {}, fallback = false): boolean {
    return this.#recorded(
      context,
      evaluateEnabledDetail(this.#evaluator, this.#source, key, fallback, context),
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
    const detail = evaluate(this.#evaluator, this.#source, key, fallback, context);
    return this.#recorded(context, { value: detail, detail });
  }

  all(context: EvaluationContext = {}): Readonly<Record<string, EvaluationDetail>> {
    return evaluateAll(this.#evaluator, this.#source, context);
  }

  track(name: string, context: EvaluationContext = {}, value?: number): void {
    this.#tracked.push({ name, context, value });
  }

  async flush(): Promise<void> {}

  on<Name extends keyof ClientEvents>(
    event: Name,
    listener: (...args: ClientEvents[Name]) => unknown,
  ): () => void {
    const problem = this.#events.problemWith(event, listener);
    if (problem !== undefined) throw new TypeError(problem);
    return this.#events.on(event, listener);
  }

  forContext(context: EvaluationContext): BoundClient {
    return boundTo(this, context, (own) => {
      const evaluations = this.#evaluator?.evaluateAll(own).map((each) => shownOf(each, this.#source));
      return evaluations && { epoch: "test", revision: this.#toggles.revision, evaluations };
    });
  }

  async close(): Promise<void> {
    this.#events.leave("change");
    this.#events.leave("ready");
    this.#become("closed");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isHeld(): boolean {
    return this.#status !== "initializing" && this.#status !== "failed";
  }

  get #evaluator(): SetToggles | undefined {
    return this.#isHeld ? this.#toggles : undefined;
  }

  get #source(): ValueSource {
    return this.#status === "ready" ? "live" : "stale";
  }

  #ready(): ReadyResult {
    switch (this.#status) {
      case "initializing":
        return { status: "timeout", source: "none" };
      case "failed":
        return { status: "failed", source: "none" };
      case "closed":
        return {
          status: "failed",
          source: "stream",
          error: new SdkError("closed", "The client was closed."),
        };
      default:
        return { status: this.#status, source: "stream" };
    }
  }

  #become(status: ClientStatus): void {
    if (status === this.#status || this.#status === "closed") return;
    this.#status = status;
    this.#events.emit("status", status);
  }

  #changed(key: string): void {
    const { revision } = this.#toggles;
    this.#events.emit("change", { keys: [key], version: `test.${revision}`, epoch: "test", revision });
  }

  #recorded<Value>(context: EvaluationContext, { value, detail }: Told<Value>): Value {
    this.#evaluations.push({ key: detail.key, context, detail });
    this.#events.emit("evaluation", detail);
    return value;
  }

  #listenerFailed(event: keyof ClientEvents, cause: unknown): void {
    if (event === "error") return;
    this.#events.emit(
      "error",
      new SdkError("listener_failed", `A listener of "${event}" failed.`, { cause }),
    );
  }
}
