/** While a person is at their provider, their browser holds what proves that it is the one that began. */
import { ATTEMPT_MS } from "@burgee/core";
import { cookieValue } from "../sessions/cookie-value.ts";

export interface BrowserCookie {
  secretIn(cookieHeader: string | undefined): string | undefined;
  carrying(browserSecret: string): string;
  /** Takes it away. */
  blank(): string;
}

/** Lax: it has to come along when the provider sends the browser back. */
export function createBrowserCookie({ isSecure }: { readonly isSecure: boolean }): BrowserCookie {
  const name = isSecure ? "__Host-burgee-sso" : "burgee-sso";
  const serialize = (value: string, maxAgeSeconds: number) =>
    [
      `${name}=${value}`,
      "HttpOnly",
      `Max-Age=${maxAgeSeconds}`,
      "Path=/",
      "SameSite=Lax",
      ...(isSecure ? ["Secure"] : []),
    ].join("; ");
  return {
    secretIn: (cookieHeader) => cookieValue(name, cookieHeader),
    carrying: (browserSecret) => serialize(browserSecret, ATTEMPT_MS / 1000),
    blank: () => serialize("", 0),
  };
}
