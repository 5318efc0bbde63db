import type { ServerResponse } from "node:http";
import type { Problem } from "../errors/problem.ts";
import type { Outcome } from "./define-route.ts";

export function send(response: ServerResponse, answer: Outcome): void {
  if ("takenOver" in answer) return;
  const { status = 200, headers = {}, body } = answer;
  write(response, status, "application/json; charset=utf-8", headers, body);
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
  const sent = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": contentType,
      "cache-control": "no-store",
      ...headers,
      "content-length": Buffer.byteLength(sent),
    })
    .end(sent);
}
