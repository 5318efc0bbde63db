import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Not what looks like a key of ours: ids stand in logs and in the audit trail. */
const REQUEST_ID = /^(?!bg_)[A-Za-z0-9._-]{1,64}$/;
/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A UUID whose last twelve digits count: one that nobody has to guess need not be drawn for each request. */
const OURS = randomUUID().slice(0, -12);
let made = 0;

function newId(): string {
  made += 1;
  return OURS + made.toString(16).padStart(12, "0");
}

/** The id that the caller gave the request, where it is a decent one; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : newId();
}

export function traceparentOf({ headers }: IncomingMessage): string | null {
  const { traceparent } = headers;
  return typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? traceparent : null;
}
