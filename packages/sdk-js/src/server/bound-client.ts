import type { ErrorCode, Evaluation, EvaluationContext, Reason, VariantValue } from "@burgee/engine";
import type { EvaluationDetail, ValueSource } from "./evaluation-detail.ts";
import type { AnyKey, RegisteredKey, ToggleKey, ToggleRegistry } from "./toggle-registry.ts";

/**
 * All toggles for one context, in the form in which `POST /v1/evaluate` answers a client key: values, and nothing of rules.
 *
 * @example
 * const started = client.forContext({ userId: "abc123" }).snapshot();
 * response.send(page({ toggles: started })); // the page has its values without asking
 */
export interface ContextSnapshot {
  readonly epoch: string;
  readonly revision: number;
  readonly evaluations: readonly {
    readonly key: string;
    readonly enabled: boolean;
    /** `null` with an `errorCode`, and where a JSON toggle serves it. */
    readonly value: VariantValue;
    readonly variant: string | null;
    readonly reason: Reason;
    readonly errorCode?: ErrorCode;
    readonly metadata: { readonly source: ValueSource };
  }[];
}

/**
 * A client for one context, such as that of a request.
 *
 * @example
 * const toggles = client.forContext({ userId: session.userId, region: "IN" });
 * if (toggles.isEnabled("new_checkout_ui")) toggles.track("saw_new_checkout");
 */
export interface BoundClient {
  /** A copy of what the client was made for, frozen. */
  readonly context: Readonly<EvaluationContext>;
  isEnabled(key: ToggleKey, fallback?: boolean): boolean;

  value<Key extends RegisteredKey>(key: Key, fallback: ToggleRegistry[Key]): ToggleRegistry[Key];
  value(key: AnyKey, fallback: boolean): boolean;
  value(key: AnyKey, fallback: string): string;
  value(key: AnyKey, fallback: number): number;
  value<Value extends object | null>(key: AnyKey, fallback: Value): Value;
  value(key: AnyKey, fallback: VariantValue): VariantValue;

  detail<Key extends RegisteredKey>(
    key: Key,
    fallback: ToggleRegistry[Key],
  ): EvaluationDetail<ToggleRegistry[Key]>;
  detail(key: AnyKey, fallback: boolean): EvaluationDetail<boolean>;
  detail(key: AnyKey, fallback: string): EvaluationDetail<string>;
  detail(key: AnyKey, fallback: number): EvaluationDetail<number>;
  detail<Value extends object | null>(key: AnyKey, fallback: Value): EvaluationDetail<Value>;
  detail(key: AnyKey, fallback: VariantValue): EvaluationDetail;

  all(): Readonly<Record<string, EvaluationDetail>>;
  track(event: string, value?: number): void;
  /** Every toggle's value for a page; undefined before the first ruleset. Counts nothing. */
  snapshot(): ContextSnapshot | undefined;
}

/** What is asked of a client for one context. */
interface Asked {
  isEnabled(key: string, context: EvaluationContext, fallback?: boolean): boolean;
  detail(key: string, fallback: VariantValue, context: EvaluationContext): EvaluationDetail;
  all(context: EvaluationContext): Readonly<Record<string, EvaluationDetail>>;
  track(event: string, context: EvaluationContext, value?: number): void;
}

export function boundTo(
  client: Asked,
  given: EvaluationContext,
  snapshot: (context: EvaluationContext) => ContextSnapshot | undefined,
): BoundClient {
  const context = frozenCopy(given);
  const bound = {
    context,
    isEnabled: (key: ToggleKey, fallback?: boolean) => client.isEnabled(key, context, fallback),
    value: (key: string, fallback: VariantValue) => client.detail(key, fallback, context).value,
    detail: (key: string, fallback: VariantValue) => client.detail(key, fallback, context),
    all: () => client.all(context),
    track: (event: string, value?: number) => client.track(event, context, value),
    snapshot: () => snapshot(context),
  };
  return bound as BoundClient;
}

/** One evaluation for a page. */
export function shownOf(
  { key, enabled, value, variant, reason, errorCode }: Evaluation,
  source: ValueSource,
): ContextSnapshot["evaluations"][number] {
  const shown = { key, enabled, value: value ?? null, variant: variant ?? null, reason };
  return { ...shown, ...(errorCode && { errorCode }), metadata: { source } };
}

/** One that can't be copied is asked as it is, and answered with fallbacks. */
function frozenCopy(context: EvaluationContext): Readonly<EvaluationContext> {
  try {
    return Object.freeze({ ...context });
  } catch {
    return context;
  }
}
