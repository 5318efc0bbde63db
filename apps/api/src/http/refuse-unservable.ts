/** What node:http reads and HTTP forbids, refused in the words of everything else. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import { TransportError } from "../errors/api-error.ts";
import { problemOf } from "../errors/problem.ts";
import { requestIdOf } from "./request-id.ts";
import { sendProblem } from "./send.ts";

/** RFC 9112 §3.2: a request of HTTP/1.1 names one host, and only one. */
export const demandHost: RequestHandler = ({ headersDistinct, httpVersion }, _response, next) => {
  const { host = [] } = headersDistinct;
  const [name] = host;
  const isNamed = host.length === 1 && URL.canParse(`http://${name}`);
  if (isNamed || (host.length === 0 && httpVersion === "1.0")) return next();
  throw new TransportError("malformed_request", "Send one Host header, with a host and perhaps a port.");
};

/** Of all expectations there is one: `100-continue`, which node:http meets by itself. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = new TransportError("expectation_failed", "The only expectation met here is 100-continue.");
  const where = { path: request.url?.split("?")[0] ?? "/", requestId: requestIdOf(request) };
  sendProblem(response, where, problemOf(error), { "x-request-id": where.requestId });
}
