import { AsyncLocalStorage } from "node:async_hooks";

/** Of the request that is being answered. tRPC refuses some before they have a context that could carry it. */
export const currentRequestId = new AsyncLocalStorage<string>();
