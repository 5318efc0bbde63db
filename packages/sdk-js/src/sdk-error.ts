/**
 * What can go wrong, to decide by.
 *
 * - `invalid_options`, `unauthorized`, `unsupported_schema`: someone must act (options, key, the SDK's version).
 * - `unreachable`, `silent`, `unexpected_answer`: the service or the way to it; passes by itself.
 * - `malformed_ruleset`, `too_large`: the service sent what can't be used; the last good ruleset stays.
 * - `unverified_ruleset`: a ruleset came that no key of `verifyKey` signed, or that was altered; the last good one stays, and it is asked for again.
 * - `matches_unavailable`: the part of the SDK that a ruleset's `matches` needs did not load; the last good ruleset stays, and it is tried again.
 * - `part_unavailable`: likewise of what other conditions need, of what polls, and of what sends usage: look whether the SDK is installed whole.
 * - `lists_unavailable`: a list of ids that a ruleset names could not be fetched, or is broken; likewise.
 * - `bootstrap_failed`: the function that fetches your bootstrap failed; the client goes on without.
 * - `store_failed`: the store was not read or written, or holds what can't be used; the client goes on without.
 * - `usage_dropped`: of what was counted or tracked something is lost: no room, refused, or closed too early. `invalid_event`: not tracked.
 * - `listener_failed`, `hook_failed`: a listener or a hook of yours threw; see `cause`. `closed`: by `close()`.
 *
 * @example
 * const mustAct: SdkErrorCode[] = ["invalid_options", "unauthorized", "unsupported_schema"];
 */
export type SdkErrorCode =
  | "invalid_options"
  | "unauthorized"
  | "unreachable"
  | "unexpected_answer"
  | "silent"
  | "too_large"
  | "malformed_ruleset"
  | "unsupported_schema"
  | "unverified_ruleset"
  | "matches_unavailable"
  | "part_unavailable"
  | "lists_unavailable"
  | "bootstrap_failed"
  | "store_failed"
  | "usage_dropped"
  | "invalid_event"
  | "listener_failed"
  | "hook_failed"
  | "closed";

/**
 * What went wrong between the SDK and the service. You meet it in `on("error", …)` and in what
 * `ready()` answers; it is never thrown.
 *
 * - `code`: a closed list to decide by; `message` is for people and never holds a key.
 * - `status`: the HTTP status, when there was an answer.
 *
 * @example
 * client.on("error", (error) => {
 *   if (error.code === "unauthorized") alertSomeone("Burgee does not know our key");
 * });
 */
export class SdkError extends Error {
  override readonly name = "SdkError";
  readonly code: SdkErrorCode;
  readonly status: number | undefined;

  constructor(code: SdkErrorCode, message: string, options?: { cause?: unknown; status?: number }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options?.status;
  }
}
