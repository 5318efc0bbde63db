import type { EvaluationContext } from "@burgee/engine";
import { SdkError } from "../sdk-error.ts";
import type { EvaluationDetail } from "../server/evaluation-detail.ts";
import type { Hook } from "./hook.ts";

/** What an evaluation gives its caller, and what hooks are told of it. */
export interface Told<Value> {
  readonly value: Value;
  readonly detail: EvaluationDetail;
}

/** A program's hooks, around evaluations. */
export class Hooks {
  readonly #hooks: readonly Hook[];
  readonly #report: (error: SdkError) => void;

  constructor(hooks: readonly Hook[], report: (error: SdkError) => void) {
    this.#hooks = [...hooks];
    this.#report = report;
  }

  around<Value>(
    key: string,
    given: EvaluationContext,
    evaluate: (context: EvaluationContext) => Told<Value>,
  ): Value {
    const context = this.#before(key, given);
    const { value, detail } = evaluate(context);
    const stage = detail.errorCode === undefined ? "after" : "error";
    for (const hook of this.#hooks.toReversed()) {
      this.#call(hook, stage, () => hook[stage]?.(detail, context));
    }
    return value;
  }

  #before(key: string, given: EvaluationContext): EvaluationContext {
    let context = given;
    for (const hook of this.#hooks) {
      const next = this.#call(hook, "before", () => hook.before?.(key, context));
      if (isContext(next)) context = next;
    }
    return context;
  }

  /** What comes later is no answer any more; that it fails is told all the same. */
  #call(hook: Hook, stage: string, call: () => unknown): unknown {
    try {
      const result = call();
      if (!(result instanceof Promise)) return result;
      result.catch((cause: unknown) => this.#failed(hook, stage, cause));
    } catch (cause) {
      this.#failed(hook, stage, cause);
    }
    return undefined;
  }

  #failed({ name }: Hook, stage: string, cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#report(new SdkError("hook_failed", `\`${stage}\` of the hook "${name}" failed: ${why}`, { cause }));
  }
}

function isContext(value: unknown): value is EvaluationContext {
  return typeof value === "object" && value !== null;
}
