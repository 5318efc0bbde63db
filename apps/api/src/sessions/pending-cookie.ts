/** Between the two steps of a sign-in a browser holds this cookie, which opens nothing but the second step. */
import { PENDING_MS } from "@burgee/core";
import { cookieValue } from "./cookie-value.ts";

export interface PendingCookie {
  idIn(cookieHeader: string | undefined): string | undefined;
  carrying(pendingId: string): string;
  /** Takes it away. */
  blank(): string;
}

export function createPendingCookie({ isSecure }: { readonly isSecure: boolean }): PendingCookie {
  const name = isSecure ? "__Host-burgee-pending" : "burgee-pending";
  const serialize = (value: string, maxAgeSeconds: number) =>
    [
      `${name}=${value}`,
      "HttpOnly",
      `Max-Age=${maxAgeSeconds}`,
      "Path=/",
      "SameSite=Strict",
      ...(isSecure ? ["Secure"] : []),
    ].join("; ");
  return {
    idIn: (cookieHeader) => cookieValue(name, cookieHeader),
    carrying: (pendingId) => serialize(pendingId, PENDING_MS / 1000),
    blank: () => serialize("", 0),
  };
}
