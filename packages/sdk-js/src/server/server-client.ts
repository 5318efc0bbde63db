/// <reference lib="esnext.disposable" preserve="true" />
import type { EvaluationContext, VariantValue } from "@burgee/engine";
import type { RulesetChange } from "../ruleset/held-ruleset.ts";
import type { SdkError } from "../sdk-error.ts";
import type { EvaluationDetail } from "./evaluation-detail.ts";
import type { ClientStatus, ReadyResult } from "./lifecycle.ts";

/**
 * What `on` tells of, and with what.
 *
 * @example
 * const stop = client.on("status", (status) => metrics.set("burgee_ready", status === "ready" ? 1 : 0));
 */
export type ClientEvents = {
  /** A newer ruleset is in use; the first one too, which takes the place of your fallbacks. Rising, each once. */
  change: [change: RulesetChange];
  /** The first ruleset from the service is in use; once. */
  ready: [result: ReadyResult];
  status: [status: ClientStatus];
  /** An attempt failed, a ruleset was refused, a listener threw. The client goes on by itself. */
  error: [error: SdkError];
};

/**
 * Evaluates toggles in memory and keeps its ruleset fresh in the background.
 *
 * Evaluation never waits, never throws and never touches the network: before the first ruleset, and for
 * a toggle that does not exist, you get your own fallback.
 *
 * @example
 * const client = createServerClient();
 * await client.ready();
 * if (client.isEnabled("new_checkout_ui", { userId: "abc123", region: "IN" })) showNewCheckout();
 * const colour = client.value("button_colour", "blue", { userId: "abc123" });
 * const { maxItems } = client.value("cart_limits", { maxItems: 20 }, { userId: "abc123" });
 */
export interface ServerClient {
  readonly status: ClientStatus;
  /** The revision of the ruleset in use; undefined before the first. */
  readonly revision: number | undefined;
  /** `<epoch>.<revision>` of the ruleset in use; undefined before the first. */
  readonly version: string | undefined;

  /** Waits for the first ruleset from the service, at most `timeoutMs` (default: `readyTimeoutMs`). Never rejects. */
  ready(options?: { readonly timeoutMs?: number | undefined }): Promise<ReadyResult>;

  /** Whether a toggle is on: a boolean's value; for other kinds, whether something else than the off variant is served. */
  isEnabled(key: string, context?: EvaluationContext, fallback?: boolean): boolean;

  /**
   * A toggle's value, of the type of `fallback`; a toggle of another type serves `fallback`. Of JSON that is an object, a list,
   * or, with `null`, any of these; what is inside, the toggle's JSON Schema vouches for. It is frozen: copy what you change.
   */
  value(key: string, fallback: boolean, context?: EvaluationContext): boolean;
  value(key: string, fallback: string, context?: EvaluationContext): string;
  value(key: string, fallback: number, context?: EvaluationContext): number;
  value<Value extends object | null>(key: string, fallback: Value, context?: EvaluationContext): Value;
  value(key: string, fallback: VariantValue, context?: EvaluationContext): VariantValue;

  /** A toggle's value and why. */
  detail(key: string, fallback: boolean, context?: EvaluationContext): EvaluationDetail<boolean>;
  detail(key: string, fallback: string, context?: EvaluationContext): EvaluationDetail<string>;
  detail(key: string, fallback: number, context?: EvaluationContext): EvaluationDetail<number>;
  detail<Value extends object | null>(
    key: string,
    fallback: Value,
    context?: EvaluationContext,
  ): EvaluationDetail<Value>;
  detail(key: string, fallback: VariantValue, context?: EvaluationContext): EvaluationDetail;

  /** Every toggle's value and why, by key; empty before the first ruleset. */
  all(context?: EvaluationContext): Readonly<Record<string, EvaluationDetail>>;

  /**
   * Subscribes; what it returns unsubscribes. A listener that throws disturbs nobody. An event that does not exist is
   * told as an `error`.
   */
  on<Name extends keyof ClientEvents>(
    event: Name,
    listener: (...args: ClientEvents[Name]) => unknown,
  ): () => void;

  /**
   * Tells the service of something that happened, for counting and experiments. It leaves with the next batch: the name, the context but for
   * what `usage.privateAttributes` names, and `value`, such as an amount. What can't be sent is told as an `error`.
   */
  track(event: string, context?: EvaluationContext, value?: number): void;

  /** Sends what was counted and tracked now. Resolves when the service took it, or did not: then it is sent again later. Never rejects. */
  flush(): Promise<void>;

  /**
   * Sends what was counted and tracked (for at most 2 s), and stores what is to be stored. Ends stream, polls and timers; no change is told after it. Evaluation goes on with the last ruleset. May be called
   * twice, and from any listener.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
