import type { ServerResponse } from "node:http";
import type { Problem } from "../errors/problem.ts";
import type { HeadList } from "./answer-head.ts";
import type { Answer, Outcome } from "./define-route.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Adds to what the response has of its head already. */
export function send(response: ServerResponse, answer: Outcome): void {
  if ("takenOver" in answer) return;
  const { status = 200, headers = {}, body } = answer;
  write(response, status, JSON_TYPE, headers, body);
}

/** As {@link send}, for a response that has nothing of its head yet: `head` is all of it but for the answer's own. */
export function sendWhole(response: ServerResponse, head: HeadList, answer: Answer): void {
  const { status = 200, headers, body } = answer;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (headers?.["cache-control"] === undefined) head.add("cache-control", "no-store");
  if (body !== undefined && headers?.["content-type"] === undefined) head.add("content-type", JSON_TYPE);
  for (const name in headers) head.add(name, headers[name] ?? "");
  if (body === undefined) {
    response.writeHead(status, head.list).end();
    return;
  }
  const sent = bytesOf(body);
  const length = Buffer.byteLength(sent);
  head.add("content-length", String(length));
  response.writeHead(status, head.list);
  // A text of as many bytes as letters is of ASCII alone, and so the same in Latin 1, which takes less to be written.
  if (typeof sent === "string" && length === sent.length) response.end(sent, "latin1");
  else response.end(sent);
}

/** @param path where it happened; without the query, whose attributes are personal data */
export function sendProblem(
  response: ServerResponse,
  { path, requestId }: { readonly path: string; readonly requestId: string },
  problem: Problem,
  headers: Readonly<Record<string, string>>,
): void {
  const { errors, details, ...rest } = problem;
  const body = {
    ...rest,
    instance: path,
    requestId,
    ...(errors ? { errors } : {}),
    ...(details ? { details } : {}),
  };
  write(response, problem.status, "application/problem+json", headers, body);
}

function write(
  response: ServerResponse,
  status: number,
  contentType: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (body === undefined) {
    response.writeHead(status, { "cache-control": "no-store", ...headers }).end();
    return;
  }
  const sent = bytesOf(body);
  response
    .writeHead(status, {
      "content-type": contentType,
      "cache-control": "no-store",
      ...headers,
      "content-length": Buffer.byteLength(sent),
    })
    .end(sent);
}

function bytesOf(body: unknown): string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
}
