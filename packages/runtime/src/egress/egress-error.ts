export type EgressErrorCode = "refused" | "redirected" | "too_large" | "timed_out" | "unreachable";

/** A call to the outside that was not made, or that gave nothing to go by. `message` names the host at most, no more of it. */
export class EgressError extends Error {
  override readonly name = "EgressError";
  readonly code: EgressErrorCode;

  constructor(code: EgressErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
