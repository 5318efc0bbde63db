import type { LiveSource } from "../delivery/ruleset-sink.ts";
import type { Cancel, Ports } from "../ports.ts";
import { SdkError } from "../sdk-error.ts";

/**
 * - `initializing`: no ruleset yet; you get your fallbacks.
 * - `ready`: the service is heard, and what is held is its newest.
 * - `stale`: the service is not heard (for 60 s), refuses the key, or sent what can't be read; the last good ruleset
 *   (that of the store, or the bootstrap) goes on answering.
 * - `failed`: no ruleset, and none will come unless someone acts (key, options, version of the SDK).
 * - `closed`: by `close()`; the last ruleset goes on answering.
 *
 * @example
 * app.get("/readyz", (_, res) => res.status(client.status === "ready" ? 200 : 503).end());
 */
export type ClientStatus = "initializing" | "ready" | "stale" | "failed" | "closed";

/**
 * What became of the wait for the first ruleset.
 *
 * @example
 * const { status, error } = await client.ready({ timeoutMs: 2_000 });
 * if (status !== "ready") console.warn(`toggles: ${status}`, error);
 */
export interface ReadyResult {
  /** `timeout`: still trying in the background. */
  readonly status: "ready" | "stale" | "timeout" | "failed";
  /** What answers now; `none` is your fallbacks. */
  readonly source: LiveSource | "disk" | "bootstrap" | "none";
  /** The last thing that went wrong, unless all is well. */
  readonly error?: SdkError;
}

export interface LifecycleListener {
  status(status: ClientStatus): void;
  /** Once, when the first live ruleset is held. */
  ready(result: ReadyResult): void;
}

/** Knows how current the client is, and lets callers wait for it. */
export class Lifecycle {
  readonly #ports: Ports;
  readonly #staleAfterMs: number;
  readonly #listener: LifecycleListener;
  readonly #waiting = new Set<() => void>();
  #status: ClientStatus = "initializing";
  #source: ReadyResult["source"] = "none";
  #error: SdkError | undefined;
  /** Something newer exists that we do not hold. */
  #outdated = false;
  #wasReady = false;
  #heardAt = 0;
  #cancelStale: Cancel | undefined;

  constructor(ports: Ports, staleAfterMs: number, listener: LifecycleListener) {
    this.#ports = ports;
    this.#staleAfterMs = staleAfterMs;
    this.#listener = listener;
  }

  get status(): ClientStatus {
    return this.#status;
  }

  /** A ruleset given in code, or one of before a restart, is held; `isAll` says that there will be no other. */
  standsIn(source: "bootstrap" | "disk", isAll: boolean): void {
    this.#source = source;
    this.#become(isAll ? "ready" : "stale");
  }

  /** Nothing will come but what is held, if anything is. */
  settle(): void {
    this.#become("ready");
  }

  /** How it is now, for who does not wait. */
  get now(): ReadyResult {
    return this.#settled() ?? this.#result("timeout");
  }

  /** The service's newest ruleset is held. */
  accepted(source: LiveSource): void {
    this.#source = source;
    this.#outdated = false;
    this.heard(source);
  }

  /** The service is there and has sent all it has. Says whether what is held is its newest. */
  heard(source: LiveSource): boolean {
    const isFromService = this.#holdsLive || this.#source === "disk";
    if (!isFromService || this.#outdated || this.#status === "closed") return false;
    if (this.#source === "disk") this.#source = source;
    this.#heardAt = this.#ports.now();
    this.#error = undefined;
    this.#watchSilence(this.#staleAfterMs);
    this.#become("ready");
    return true;
  }

  /** A newer ruleset exists and is asked for. */
  missed(): void {
    this.#outdated = true;
  }

  /** A newer ruleset exists, and can't be read. */
  refused(error: SdkError): void {
    this.#outdated = true;
    if (error.code === "unsupported_schema") {
      this.stuck(error);
      return;
    }
    this.#error = error; // it may have been spoiled on its way: asking again can help
    if (this.#source !== "none") this.#become("stale");
  }

  /** An attempt failed, and others follow. */
  failed(error: SdkError): void {
    this.#error = error;
  }

  /** Someone must act before a newer ruleset can come. */
  stuck(error: SdkError): void {
    this.#error = error;
    this.#become(this.#source === "none" ? "failed" : "stale");
    this.#answerWaiting(); // a client with a stand-in was stale before, and is no longer worth waiting for
  }

  close(): void {
    this.#cancelStale?.();
    this.#cancelStale = undefined;
    this.#error = new SdkError("closed", "The client was closed.");
    this.#become("closed");
  }

  /** Waits for the first live ruleset, at most `timeoutMs`. Never rejects. */
  ready(timeoutMs: number): Promise<ReadyResult> {
    return new Promise((resolve) => {
      const done = (result: ReadyResult): void => {
        cancel();
        this.#waiting.delete(look);
        resolve(result);
      };
      const look = (): void => {
        const result = this.#settled();
        if (result) done(result);
      };
      // It is awaited, so the process stays for it: at its start, nothing else may keep it.
      const cancel = this.#ports.after(timeoutMs, () => done(this.#result("timeout")), { keepAlive: true });
      this.#waiting.add(look);
      look();
    });
  }

  get #holdsLive(): boolean {
    return this.#source === "stream" || this.#source === "poll";
  }

  #settled(): ReadyResult | undefined {
    switch (this.#status) {
      case "ready":
      case "failed":
        return this.#result(this.#status);
      case "closed":
        return this.#result("failed");
      case "stale":
        // What stands in is worth a wait for something newer, unless none can come.
        return this.#holdsLive || this.#error?.code === "unauthorized" ? this.#result("stale") : undefined;
      default:
        return undefined;
    }
  }

  #result(status: ReadyResult["status"]): ReadyResult {
    const told = status === "timeout" && this.#source !== "none" ? "stale" : status;
    return { status: told, source: this.#source, ...(this.#error ? { error: this.#error } : {}) };
  }

  #become(status: ClientStatus): void {
    if (status === this.#status || this.#status === "closed") return;
    this.#status = status;
    this.#listener.status(status);
    if (this.#status === "ready" && !this.#wasReady) {
      this.#wasReady = true;
      this.#listener.ready(this.#result("ready"));
    }
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** One timer that looks again, instead of one that each byte restarts. */
  #watchSilence(ms: number): void {
    this.#cancelStale ??= this.#ports.after(ms, () => {
      this.#cancelStale = undefined;
      const leftMs = this.#heardAt + this.#staleAfterMs - this.#ports.now();
      if (leftMs > 0) this.#watchSilence(leftMs);
      else if (this.#status === "ready") this.#become("stale");
    });
  }
}
