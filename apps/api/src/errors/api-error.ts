import type { AppErrorCode, InputIssue } from "@burgee/core";

/** What goes wrong before a use case is reached, or that only HTTP can express. */
export type TransportErrorCode =
  | "route_not_found"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "body_too_large"
  | "malformed_json"
  | "json_too_deep"
  | "malformed_request"
  | "expectation_failed"
  | "headers_too_large"
  | "request_timeout"
  | "precondition_required"
  | "too_many_requests"
  | "rate_limited"
  | "too_many_streams"
  | "internal";

export type ApiErrorCode = AppErrorCode | TransportErrorCode;

/** A refusal by the delivery itself. `message` is safe to show. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly code: TransportErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly InputIssue[];

  constructor(
    code: TransportErrorCode,
    message: string,
    {
      headers = {},
      issues = [],
    }: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly issues?: readonly InputIssue[];
    } = {},
  ) {
    super(message);
    this.code = code;
    this.headers = headers;
    this.issues = issues;
  }
}
