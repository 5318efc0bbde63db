/** What node:http reads and HTTP forbids, refused in the words of everything else. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { TransportError } from "../errors/api-error.ts";
import { problemOf } from "../errors/problem.ts";
import { requestIdOf } from "./request-id.ts";
import { sendProblem } from "./send.ts";

/** Names that were found good: few are sent, and to read one costs more than to know it. */
const goodHosts = new Set<string>();
const MOST_HOSTS = 1_000;

/**
 * RFC 9112 §3.2: a request of HTTP/1.1 names one host, and only one.
 * @throws {TransportError} "malformed_request"
 */
export function demandHost({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  const named = countOf(rawHeaders);
  if (named === 1 && isHost(headers.host ?? "")) return;
  if (named === 0 && httpVersion === "1.0") return;
  throw new TransportError("malformed_request", "Send one Host header, with a host and perhaps a port.");
}

/** Node keeps the first of several, so what was sent is looked at. */
function countOf(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  return hosts;
}

function isHost(name: string): boolean {
  if (goodHosts.has(name)) return true;
  if (!URL.canParse(`http://${name}`)) return false;
  if (goodHosts.size === MOST_HOSTS) goodHosts.clear();
  goodHosts.add(name);
  return true;
}

/** Of all expectations there is one: `100-continue`, which node:http meets by itself. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = new TransportError("expectation_failed", "The only expectation met here is 100-continue.");
  const where = { path: request.url?.split("?")[0] ?? "/", requestId: requestIdOf(request) };
  sendProblem(response, where, problemOf(error), { "x-request-id": where.requestId });
}
