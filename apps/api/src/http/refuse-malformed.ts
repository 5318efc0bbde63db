/** Answers what node:http could not read as a request: there is no request object, only a socket. */
import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { TransportError, type TransportErrorCode } from "../errors/api-error.ts";
import { problemOf } from "../errors/problem.ts";

const MEANINGS: Readonly<Record<string, readonly [TransportErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ["headers_too_large", "The request's head has at most 16 KiB."],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timeout", "The request did not arrive in time."],
};

export function refuseMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, message] = MEANINGS[error.code ?? ""] ?? ["malformed_request", "This is not HTTP/1.1."];
  const problem = problemOf(new TransportError(code, message));
  const body = JSON.stringify({ ...problem, requestId: randomUUID() });
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
