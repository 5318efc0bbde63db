/** RFC 9457: how every error leaves this process. */
import { AppError, type InputIssue, invalidInput, tenantClosed } from "@burgee/core";
import { BusyError, TenantClosedError } from "@burgee/db";
import { z } from "zod";
import { type ApiErrorCode, TransportError } from "./api-error.ts";
import { errorTable } from "./error-table.ts";
import { isOutage } from "./is-outage.ts";

export interface Problem {
  /** Resolves, against the address that was asked, to a page about `code`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ApiErrorCode;
  readonly errors?: readonly InputIssue[];
  /** What a program needs to go on, such as both states of a conflict. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Whatever of a request a message repeats. */
const LONGEST_DETAIL = 1_000;
const UNKNOWN = "This was not your fault. If it happens again, tell us the requestId.";
const UNAVAILABLE = "A part that this needs does not answer at the moment; try again shortly.";
const BUSY =
  "Too many of your tenant's requests wait already, and nothing of this one was begun; try again shortly.";

/** What anybody may know of an error. One that is not ours becomes a bare 500: log it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    return problem(error.code, error.message, { issues: error.issues, details: error.details });
  }
  if (error instanceof TransportError) return problem(error.code, error.message, { issues: error.issues });
  if (error instanceof z.ZodError) return problemOf(invalidInput(error));
  if (error instanceof URIError) {
    return problem("malformed_request", "The address holds a % that begins no valid escape.");
  }
  if (error instanceof BusyError) return problem("too_many_requests", BUSY);
  if (error instanceof TenantClosedError) return problemOf(tenantClosed());
  if (isOutage(error)) return problem("unavailable", UNAVAILABLE);
  return problem("internal", UNKNOWN);
}

/** What goes with the status: how to authenticate, when to come back, what is allowed. */
export function problemHeaders(error: unknown, { code, status }: Problem): Readonly<Record<string, string>> {
  return {
    ...(code === "unauthenticated" ? { "www-authenticate": 'Bearer realm="burgee"' } : {}),
    ...(status === 503 || status === 429 ? { "retry-after": String(retryAfterSecondsOf(error)) } : {}),
    ...(error instanceof TransportError ? error.headers : {}),
  };
}

const FIRST_RETRY_SECONDS = 1;
const RETRY_SPREAD_SECONDS = 3;

/** What the error itself says, else soon. */
function retryAfterSecondsOf(error: unknown): number {
  const known = error instanceof AppError ? error.details.retryAfterSeconds : undefined;
  return typeof known === "number" ? known : retryAfterSeconds();
}

/** Spread, so that those who were refused together do not come back together. */
function retryAfterSeconds(): number {
  return FIRST_RETRY_SECONDS + Math.floor(Math.random() * RETRY_SPREAD_SECONDS);
}

function problem(
  code: ApiErrorCode,
  detail: string,
  {
    issues = [],
    details = {},
  }: { readonly issues?: readonly InputIssue[]; readonly details?: Readonly<Record<string, unknown>> } = {},
): Problem {
  const { status, title } = errorTable[code];
  const isLong = detail.length > LONGEST_DETAIL;
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: isLong ? `${detail.slice(0, LONGEST_DETAIL)}…` : detail,
    code,
    ...(issues.length > 0 ? { errors: issues } : {}),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}
