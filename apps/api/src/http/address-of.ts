import type { IncomingMessage } from "node:http";

/**
 * From which address a request comes: the peer's, or where proxies of ours stand before us, the one that the farthest of them saw.
 * What stands further left in the header was written by whoever sent the request.
 */
export function addressOf({ socket, headers }: IncomingMessage, proxyHops: number): string | undefined {
  const peer = socket.remoteAddress;
  const forwarded = headers["x-forwarded-for"];
  if (proxyHops === 0 || typeof forwarded !== "string") return peer;
  const seen = forwarded
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const before = Math.min(proxyHops, seen.length);
  return before === 0 ? peer : seen[seen.length - before];
}
