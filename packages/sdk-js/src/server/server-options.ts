import type { Ruleset } from "@burgee/engine";
import type { Hook } from "../hooks/hook.ts";
import type { Logger } from "../logger.ts";
import type { RulesetStore } from "../store/ruleset-store.ts";

/**
 * @example
 * createServerClient({ usage: { privateAttributes: ["email", "plan"] } });
 */
export interface UsageSettings {
  /** Between two batches, in milliseconds; a tenth more or less. Default 60,000; at least 1,000. */
  readonly flushIntervalMs?: number | undefined;
  /** Attributes of a tracked event's context that never leave this process. Of evaluations no attribute does. */
  readonly privateAttributes?: readonly string[] | undefined;
}

/**
 * What a server client is made with; all of it has a default.
 *
 * @example
 * createServerClient({ baseUrl: "https://toggles.example.com", sdkKey: secrets.burgee, mode: "poll" });
 */
export interface ServerOptions {
  /** Where the service is, e.g. `https://toggles.example.com`. Default: the variable `BURGEE_URL`. */
  readonly baseUrl?: string | URL | undefined;
  /** A server SDK key, `bg_srv_…`. Default: the variable `BURGEE_SDK_KEY`. */
  readonly sdkKey?: string | undefined;
  /**
   * `stream` (default) hears of a change within milliseconds, and polls only while it can't; `poll` asks now and then; `manual` asks once, and then only
   * by `refresh()`; `offline` never asks: it answers from the bootstrap or the store, and needs no address, and a key only for the store.
   */
  readonly mode?: "stream" | "poll" | "manual" | "offline" | undefined;
  /** Between two polls, in milliseconds. Default 30,000; at least 1,000. */
  readonly pollIntervalMs?: number | undefined;
  /** How long `ready()` waits unless told otherwise, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number | undefined;
  /** Default: warnings and errors on the console. `false` writes nothing. */
  readonly logger?: Logger | false | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * A ruleset that answers until the service is heard, as `GET /v1/ruleset` gives it; from the construction on, unless it needs a part of the SDK that is loaded
   * first (README, "What it weighs"). Or what fetches it: `rulesetFile(path)` of `@burgee/sdk/file-store`, or a function of yours.
   */
  readonly bootstrap?: Ruleset | (() => unknown) | undefined;
  /**
   * Where the last good ruleset survives a restart: `fileStore(folder)` of `@burgee/sdk/file-store`, or one of your own. It answers before
   * the bootstrap, unless that is newer, until the service is heard.
   */
  readonly store?: RulesetStore | undefined;
  /**
   * Takes only rulesets that this key signed, or one of these: `verifyKey`s as they are shown beside the SDK key. Others are told as
   * `unverified_ruleset`, and the last good one stays. A bootstrap, which comes with the program, is not looked at.
   */
  readonly verifyKey?: string | readonly string[] | undefined;
  /** Called around each evaluation of one toggle. Without any, they cost nothing. */
  readonly hooks?: readonly Hook[] | undefined;
  /** What the service is told of evaluations and tracked events; `false` tells nothing. */
  readonly usage?: UsageSettings | false | undefined;
}
