import type { AppRouter } from "@burgee/api/router";
import { createTRPCClient, httpLink } from "@trpc/client";

export type Trpc = ReturnType<typeof openTrpc>;

/** A program of somebody who changes toggles: each call is a request of its own, and is given up after `timeoutMs`. */
export function openTrpc(url: string, personalKey: string, timeoutMs = 15_000) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: { authorization: `Bearer ${personalKey}` },
        fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
      }),
    ],
  });
}
