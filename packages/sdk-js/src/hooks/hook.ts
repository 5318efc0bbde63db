import type { EvaluationContext } from "@burgee/engine";
import type { EvaluationDetail } from "../server/evaluation-detail.ts";

/**
 * Stands around each evaluation of one toggle. It is called at once and must be quick: an evaluation waits for nothing. One that throws is told
 * as an `error` (`hook_failed`), and changes no answer.
 *
 * @example
 * const spans: Hook = {
 *   name: "spans",
 *   before: (key, context) => ({ ...context, region: process.env.REGION ?? "" }),
 *   after: ({ key, variant }) => trace.getActiveSpan()?.addEvent("toggle", { key, variant }),
 *   error: ({ key, errorCode }) => metrics.increment("toggle_failed", { key, errorCode }),
 * };
 */
export interface Hook {
  /** For messages about it. */
  readonly name: string;
  /** Before an evaluation, in the order of the hooks. What it returns is the context from here on; nothing leaves it as it is. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is what most hooks are
  before?(key: string, context: EvaluationContext): EvaluationContext | void;
  /** After one that served the toggle's value, in the opposite order. */
  after?(detail: EvaluationDetail, context: EvaluationContext): unknown;
  /** After one that served your fallback, for the reason in `errorCode`. */
  error?(detail: EvaluationDetail, context: EvaluationContext): unknown;
}
