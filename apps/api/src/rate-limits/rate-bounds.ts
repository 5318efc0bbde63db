import { QUOTAS } from "@burgee/core";

/** How many requests in ten seconds one process answers. 0 is no bound. */
export interface RateBounds {
  /** By one server's or personal key. */
  readonly key: number;
  /** By one client key from one address: anybody may have the key. */
  readonly client: number;
  /** By all servers' and personal keys of one tenant; and as many again by its client keys. */
  readonly tenant: number;
  /** From one address, whatever the key, and where there is none that is good. */
  readonly address: number;
}

export const WINDOW_SECONDS = 10;

/** Above what a process answers of the dearer requests: they keep one from having all of it. A tenant's is its quota. */
export const RATE_BOUNDS: RateBounds = {
  key: 10_000,
  client: 500,
  tenant: QUOTAS.requests.most,
  address: 20_000,
};
