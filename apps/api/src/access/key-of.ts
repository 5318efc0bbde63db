import type { IncomingMessage } from "node:http";

const BEARER = /^Bearer +([\w-]{1,256})$/i;

/** The key that a request carries, in either of the two places where one may stand. */
export function keyOf({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization !== undefined) return BEARER.exec(headers.authorization)?.[1] ?? "";
  const key = headers["x-api-key"];
  return typeof key === "string" ? key : undefined;
}
