import {
  DEFAULT_FLUSH_INTERVAL_MS,
  DEFAULT_POLL_INTERVAL_MS,
  DEFAULT_READY_TIMEOUT_MS,
  SHORTEST_FLUSH_INTERVAL_MS,
  SHORTEST_POLL_INTERVAL_MS,
} from "../delivery/delays.ts";
import type { Hook } from "../hooks/hook.ts";
import { SdkError } from "../sdk-error.ts";
import type { UsageOptions } from "../usage/usage-reporter.ts";
import { checkOptions } from "./check-options.ts";
import type { ServerOptions, UsageSettings } from "./server-options.ts";

/** The options with their defaults. `problem` says what keeps the client from asking the service at all. */
export interface ServerSettings {
  readonly baseUrl: string;
  readonly sdkKey: string;
  readonly problem: SdkError | undefined;
  readonly mode: NonNullable<ServerOptions["mode"]>;
  readonly pollIntervalMs: number;
  readonly readyTimeoutMs: number;
  readonly logger: ServerOptions["logger"];
  readonly fetch: ServerOptions["fetch"];
  readonly bootstrap: unknown;
  readonly store: ServerOptions["store"];
  /** The keys that are pinned; empty takes whatever the service sends. */
  readonly verifyKeys: readonly string[];
  readonly hooks: readonly Hook[];
  readonly usage: UsageOptions | undefined;
}

/** Reads options and environment. Does not throw: a program starts, with its fallbacks, on a wrong option too. */
export function readSettings(
  options: ServerOptions,
  env: Readonly<Record<string, string | undefined>>,
): ServerSettings {
  const { given, problem: misformed } = checkOptions(options);
  const baseUrl = String(given.baseUrl || env.BURGEE_URL || "")
    .trim()
    .replace(/\/+$/, "");
  const sdkKey = (given.sdkKey || env.BURGEE_SDK_KEY || "").trim();
  const { mode = "stream" } = given;
  const isOffline = mode === "offline";
  const problem = misformed ?? (isOffline ? undefined : (problemWithUrl(baseUrl) ?? problemWithKey(sdkKey)));
  return {
    baseUrl,
    sdkKey,
    problem: problem === undefined ? undefined : new SdkError("invalid_options", problem),
    mode,
    pollIntervalMs: Math.max(
      SHORTEST_POLL_INTERVAL_MS,
      positive(given.pollIntervalMs) ?? DEFAULT_POLL_INTERVAL_MS,
    ),
    readyTimeoutMs: positive(given.readyTimeoutMs) ?? DEFAULT_READY_TIMEOUT_MS,
    logger: given.logger,
    fetch: given.fetch,
    bootstrap: given.bootstrap,
    store: given.store,
    verifyKeys: [given.verifyKey ?? []].flat(),
    hooks: given.hooks ?? [],
    usage:
      problem === undefined && !isOffline && given.usage !== false
        ? usageOptions(given.usage ?? {})
        : undefined,
  };
}

function usageOptions({ flushIntervalMs, privateAttributes = [] }: UsageSettings): UsageOptions {
  const intervalMs = positive(flushIntervalMs) ?? DEFAULT_FLUSH_INTERVAL_MS;
  return {
    flushIntervalMs: Math.max(SHORTEST_FLUSH_INTERVAL_MS, intervalMs),
    privateAttributes: new Set(privateAttributes),
  };
}

function problemWithUrl(baseUrl: string): string | undefined {
  if (baseUrl === "") {
    return "The service's address is missing: give `baseUrl`, or set BURGEE_URL (e.g. http://localhost:4000).";
  }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return "`baseUrl` (or BURGEE_URL) must be an address that starts with http:// or https://.";
  }
  if (url.username || url.password || url.search || url.hash) {
    return "`baseUrl` (or BURGEE_URL) must hold no user, query or fragment.";
  }
  return undefined;
}

function problemWithKey(sdkKey: string): string | undefined {
  if (sdkKey === "")
    return "The SDK key is missing: give `sdkKey`, or set BURGEE_SDK_KEY (it starts with bg_srv_).";
  if (sdkKey.startsWith("bg_cli_")) {
    return "This SDK key is a client key (bg_cli_), which reads no ruleset: a server needs a server key (bg_srv_).";
  }
  return /^[\x21-\x7e]+$/.test(sdkKey) ? undefined : "The SDK key holds characters that no key has.";
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
