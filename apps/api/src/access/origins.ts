/** Which pages' scripts may read our answers (CORS): those of a client key's origins, and of no other key. */
import type { IncomingMessage } from "node:http";
import { AppError } from "@burgee/core";
import type { AnswerHead } from "../http/answer-head.ts";
import type { AnyCredential } from "./credential.ts";

const ASKABLE_HEADERS = "authorization, x-api-key, content-type, last-event-id, x-request-id, traceparent";
const READABLE_HEADERS = "etag, ratelimit, ratelimit-policy, retry-after, x-request-id";
const PREFLIGHT_SECONDS = 600;
/** Of what is told of a foreign one. */
const LONGEST_ORIGIN = 300;

/**
 * Lets a client key's own pages read the answer, whatever it will be. Who sends no `Origin` is no page: an app, or a program.
 * @throws {AppError} "forbidden" for every other page
 */
export function admitOrigin(
  { headers: { origin } }: IncomingMessage,
  head: AnswerHead,
  credential: AnyCredential,
): void {
  if (credential.kind !== "client") return;
  head.add("vary", "Origin");
  if (origin === undefined) return;
  if (!credential.origins.includes(origin)) {
    throw new AppError(
      "forbidden",
      "This client key is not for pages of this origin; add the origin to a key.",
      { details: { origin: origin.slice(0, LONGEST_ORIGIN) } },
    );
  }
  head.add("access-control-allow-origin", origin);
  head.add("access-control-expose-headers", READABLE_HEADERS);
}

/** What a browser hears that asks beforehand. It sends no key then, so whose page it is, is looked at with the request itself. */
export function preflightHeaders(
  { headers: { origin } }: IncomingMessage,
  methods: readonly string[],
): Readonly<Record<string, string>> {
  if (origin === undefined) return {};
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": ASKABLE_HEADERS,
    "access-control-max-age": String(PREFLIGHT_SECONDS),
  };
}
