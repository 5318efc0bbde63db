import type { ErrorCode, EvaluationContext, VariantValue } from "@burgee/engine";
import type { EvaluationDetail } from "../server/evaluation-detail.ts";
import type { ClientStatus } from "../server/lifecycle.ts";
import type { ServerClient } from "../server/server-client.ts";

/** What a toggle serves in a test: a value, or what to make of a context. */
export type TestValue = VariantValue | ((context: EvaluationContext) => VariantValue);

/** One answer that a test client gave. */
export interface RecordedEvaluation {
  readonly key: string;
  readonly context: EvaluationContext;
  readonly detail: EvaluationDetail;
}

/** One call of `track()`. */
export interface RecordedEvent {
  readonly name: string;
  readonly context: EvaluationContext;
  readonly value: number | undefined;
}

/** A client whose toggles a test sets in code. It reaches for no network and starts no timer. */
export interface TestClient extends ServerClient {
  /** Sets what a toggle serves, and tells `change`. @throws {TypeError} where that is no value of a toggle */
  set(key: string, value: TestValue): void;
  /** Lets evaluations of a toggle serve the fallback, for this reason, and tells `change`. */
  setError(key: string, code: ErrorCode): void;
  /** Takes a toggle away, and tells `change`. */
  remove(key: string): void;
  /** Becomes `ready`, `stale` and so on, and tells `status`. While `initializing` or `failed` it serves fallbacks. */
  setStatus(status: Exclude<ClientStatus, "closed">): void;
  /** What was asked, `all()` aside, in order. */
  readonly evaluations: readonly RecordedEvaluation[];
  readonly events: readonly RecordedEvent[];
  /** Forgets what was asked and tracked; toggles stay. */
  clearRecords(): void;
}
