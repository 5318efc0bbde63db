import type { ErrorCode, Evaluation, EvaluationContext, Evaluator, VariantValue } from "@burgee/engine";
import type { TestValue } from "./test-client.ts";

type Served = { readonly value: TestValue; readonly version: number } | { readonly errorCode: ErrorCode };

/** Evaluates toggles whose values are set in code. Each setting raises the revision. */
export class SetToggles implements Omit<Evaluator, "ruleset"> {
  readonly #served = new Map<string, Served>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  /** @throws {TypeError} where `value` is no value of a toggle */
  set(key: string, value: TestValue): void {
    const own = typeof value === "function" ? value : frozenCopy(key, value);
    this.#revision += 1;
    this.#served.set(key, { value: own, version: this.#revision });
  }

  setError(key: string, errorCode: ErrorCode): void {
    this.#revision += 1;
    this.#served.set(key, { errorCode });
  }

  remove(key: string): void {
    this.#revision += 1;
    this.#served.delete(key);
  }

  evaluate(key: string, context: EvaluationContext = {}): Evaluation {
    const served = this.#served.get(key);
    if (!served) return this.#failed(key, "FLAG_NOT_FOUND");
    if ("errorCode" in served) return this.#failed(key, served.errorCode);
    const { value: own, version } = served;
    const isMade = typeof own === "function";
    const value = isMade ? frozenCopy(key, own(context)) : own;
    return {
      key,
      value,
      variant: typeof value === "object" ? "set" : String(value),
      enabled: value !== false,
      reason: isMade ? "TARGETING_MATCH" : "STATIC",
      version,
      revision: this.#revision,
    };
  }

  evaluateAll(context?: EvaluationContext): Evaluation[] {
    return [...this.#served.keys()].map((key) => this.evaluate(key, context));
  }

  #failed(key: string, errorCode: ErrorCode): Evaluation {
    const nothing = { value: undefined, variant: undefined, enabled: false, reason: "ERROR" } as const;
    const errorMessage =
      errorCode === "FLAG_NOT_FOUND" ? "The test set no toggle of this key." : "The test set this error.";
    return { key, ...nothing, revision: this.#revision, errorCode, errorMessage };
  }
}

/** As the SDK hands out what it serves: nobody's to change. */
function frozenCopy(key: string, value: VariantValue): VariantValue {
  const json = JSON.stringify(value);
  if (json === undefined)
    throw new TypeError(`The toggle ${key} serves a boolean, a text, a number or JSON, not ${typeof value}.`);
  return JSON.parse(json, (_, part: unknown) => (typeof part === "object" ? Object.freeze(part) : part));
}
