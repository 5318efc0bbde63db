/// <reference lib="esnext.disposable" preserve="true" />
import type { EvaluationContext, VariantValue } from "@burgee/engine";
import type { RulesetChange } from "../ruleset/ruleset-change.ts";
import type { SdkError } from "../sdk-error.ts";
import type { BoundClient } from "./bound-client.ts";
import type { EvaluationDetail } from "./evaluation-detail.ts";
import type { ClientStatus, ReadyResult } from "./lifecycle.ts";
import type { AnyKey, RegisteredKey, ToggleKey, ToggleRegistry } from "./toggle-registry.ts";

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
  /** A toggle was evaluated, `all()` and snapshots aside; as hooks, it must be quick. */
  evaluation: [detail: EvaluationDetail];
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

  /**
   * Asks the service for its ruleset now, and resolves when it was taken, or did not come. Never rejects. For `mode: "manual"`, and for others that can't wait.
   */
  refresh(): Promise<ReadyResult>;

  /** Whether a toggle is on: a boolean's value; for other kinds, whether something else than the off variant is served. */
  isEnabled(key: ToggleKey, context?: EvaluationContext, fallback?: boolean): boolean;

  /**
   * A toggle's value, of the type of `fallback`; a toggle of another type serves `fallback`. Of JSON that is an object, a list,
   * or, with `null`, any of these; what is inside, the toggle's JSON Schema vouches for. It is frozen: copy what you change.
   */
  value<Key extends RegisteredKey>(
    key: Key,
    fallback: ToggleRegistry[Key],
    context?: EvaluationContext,
  ): ToggleRegistry[Key];
  value(key: AnyKey, fallback: boolean, context?: EvaluationContext): boolean;
  value(key: AnyKey, fallback: string, context?: EvaluationContext): string;
  value(key: AnyKey, fallback: number, context?: EvaluationContext): number;
  value<Value extends object | null>(key: AnyKey, fallback: Value, context?: EvaluationContext): Value;
  value(key: AnyKey, fallback: VariantValue, context?: EvaluationContext): VariantValue;

  /** A toggle's value and why. */
  detail<Key extends RegisteredKey>(
    key: Key,
    fallback: ToggleRegistry[Key],
    context?: EvaluationContext,
  ): EvaluationDetail<ToggleRegistry[Key]>;
  detail(key: AnyKey, fallback: boolean, context?: EvaluationContext): EvaluationDetail<boolean>;
  detail(key: AnyKey, fallback: string, context?: EvaluationContext): EvaluationDetail<string>;
  detail(key: AnyKey, fallback: number, context?: EvaluationContext): EvaluationDetail<number>;
  detail<Value extends object | null>(
    key: AnyKey,
    fallback: Value,
    context?: EvaluationContext,
  ): EvaluationDetail<Value>;
  detail(key: AnyKey, fallback: VariantValue, context?: EvaluationContext): EvaluationDetail;

  /** Every toggle's value and why, by key; empty before the first ruleset. */
  all(context?: EvaluationContext): Readonly<Record<string, EvaluationDetail>>;

  /** A client for one context, such as that of a request; costs no more than the copy of the context. */
  forContext(context: EvaluationContext): BoundClient;

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
