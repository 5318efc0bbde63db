import { setTimeout as delay } from "node:timers/promises";
import { Client, escapeIdentifier } from "pg";
import { bounded } from "../clock/bounded.ts";
import { fullJitterMs } from "../clock/full-jitter.ts";
import type { Logger } from "../log/create-logger.ts";
import { onceWhileItLasts } from "../log/once-while-it-lasts.ts";
import { connectionSettings } from "./connection-settings.ts";

export interface ListenOptions {
  readonly url: string;
  readonly role?: string | undefined;
  readonly applicationName: string;
  readonly channels?: readonly string[];
  readonly onNotification: (channel: string, payload: string) => void;
  /**
   * These channels are heard from now on: after the first connection, after each later one, and after
   * `add`. What was sent before is lost; catch up here.
   */
  readonly onListening: (channels: readonly string[]) => void;
  readonly log: Logger;
  readonly heartbeatMs?: number;
}

/** A standing LISTEN. */
export interface Listening {
  add(channel: string): void;
  remove(channel: string): void;
  close(): Promise<void>;
}

const RECONNECT = { baseMs: 200, capMs: 5_000 };
const ANSWER_TIMEOUT_MS = 5_000;
const HEARTBEAT_MS = 15_000;
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Listens to Postgres notifications on a connection of its own, for ever: a lost connection is
 * replaced, after a wait with full jitter. Returns at once; `onListening` tells when channels are live.
 */
export function listen(options: ListenOptions): Listening {
  const listener = new Listener(options);
  listener.start();
  return listener;
}

class Listener implements Listening {
  readonly #options: ListenOptions;
  readonly #wanted: Set<string>;
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#wanted = new Set(options.channels);
  }

  start(): void {
    this.#running = this.#run();
  }

  add(channel: string): void {
    this.#wanted.add(channel);
    this.#session?.follow(this.#wanted);
  }

  remove(channel: string): void {
    this.#wanted.delete(channel);
    this.#session?.follow(this.#wanted);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#session?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const onLost = onceWhileItLasts((err) =>
      this.#options.log.warn({ err }, "The Postgres LISTEN connection was lost."),
    );
    let attempt = 0;
    while (!signal.aborted) {
      const session = new Session(this.#options);
      this.#session = session;
      try {
        await session.connect();
        attempt = 0;
        session.follow(this.#wanted);
        await session.ended;
      } catch (error) {
        if (!signal.aborted) onLost(error);
      }
      await session.end();
      if (!signal.aborted)
        await delay(fullJitterMs(attempt++, RECONNECT), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One connection's life: from connect until it is lost or ended. */
class Session {
  /** Resolves when ended by us, rejects when lost. */
  readonly ended: Promise<void>;
  readonly #client: Client;
  readonly #onListening: ListenOptions["onListening"];
  readonly #heartbeatMs: number;
  readonly #live = new Set<string>();
  readonly #finish: () => void;
  readonly #fail: (error: unknown) => void;
  #heartbeat: NodeJS.Timeout | undefined;
  #following = false;
  #wanted: ReadonlySet<string> = new Set();

  constructor({ url, role, applicationName, onNotification, onListening, heartbeatMs }: ListenOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ended = promise;
    this.ended.catch(() => undefined);
    this.#finish = resolve;
    this.#fail = reject;
    this.#onListening = onListening;
    this.#heartbeatMs = heartbeatMs ?? HEARTBEAT_MS;
    this.#client = new Client({
      ...connectionSettings({ url, role, applicationName }),
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    this.#client.on("error", reject);
    this.#client.on("end", () => reject(new Error("The server ended the connection.")));
    this.#client.on("notification", ({ channel, payload }) => {
      if (this.#live.has(channel)) onNotification(channel, payload ?? "");
    });
  }

  async connect(): Promise<void> {
    await Promise.race([this.#client.connect(), this.ended]);
    this.#heartbeat = setInterval(() => {
      this.#client.query("select 1").catch(this.#fail);
    }, this.#heartbeatMs);
  }

  /** Makes the server's list of channels ours; calls that come while it is under way are taken along. */
  follow(wanted: ReadonlySet<string>): void {
    this.#wanted = wanted;
    if (this.#following) return;
    this.#following = true;
    this.#catchUp().catch(this.#fail);
  }

  async end(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#finish();
    await bounded(this.#client.end(), CLOSE_TIMEOUT_MS, "Ending a connection").catch(() => undefined);
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const added = [...this.#wanted].filter((channel) => !this.#live.has(channel));
      const removed = [...this.#live].filter((channel) => !this.#wanted.has(channel));
      if (added.length === 0 && removed.length === 0) break;

      for (const channel of removed) {
        this.#live.delete(channel);
        await this.#client.query(`unlisten ${escapeIdentifier(channel)}`);
      }
      for (const channel of added) {
        this.#live.add(channel);
        await this.#client.query(`listen ${escapeIdentifier(channel)}`);
      }
      if (added.length > 0) this.#onListening(added);
    }
    this.#following = false;
  }
}
