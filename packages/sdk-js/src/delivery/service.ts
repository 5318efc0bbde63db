import type { Ports } from "../ports.ts";

/** The service as the SDK reaches it: where, with which key, by which means. */
export interface Service {
  /** Without a slash at its end; may hold a path. */
  readonly baseUrl: string;
  readonly sdkKey: string;
  readonly fetch: typeof globalThis.fetch;
  readonly ports: Ports;
}
