import type { IncomingMessage } from "node:http";
import { AppError } from "@burgee/core";

/**
 * A browser sends cookies along with whatever page asks; only its Origin tells which page that was. So what a cookie
 * may change, it changes for our own pages only.
 *
 * @param publicUrl where people reach us; left out, this machine's own name and the port that was asked
 * @throws {AppError} "forbidden" for another origin, and for none
 */
export function demandSameOrigin(request: IncomingMessage, publicUrl: string | undefined): void {
  const { origin } = request.headers;
  const port = request.socket.localPort;
  const ours = publicUrl
    ? [new URL(publicUrl).origin]
    : [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  if (origin !== undefined && ours.includes(origin)) return;
  throw new AppError(
    "forbidden",
    "A session's changes come from our own pages only; programs send a personal key.",
  );
}

/** Where the browser that asks reaches us, as far as we know. */
export function publicOriginOf({ socket }: IncomingMessage, publicUrl: string | undefined): string {
  return publicUrl ? new URL(publicUrl).origin : `http://localhost:${socket.localPort}`;
}
