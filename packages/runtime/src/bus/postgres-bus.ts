import type { Pool } from "pg";
import type { Logger } from "../log/create-logger.ts";
import { type Listening, listen } from "../postgres/listen.ts";
import { assertChannel, assertMessage, type Bus, BusError, type Unsubscribe } from "./bus.ts";
import { type Subscription, Subscriptions } from "./subscriptions.ts";

export interface PostgresBusOptions {
  /** Publishes. Left open by `close`. */
  readonly pool: Pool;
  /** Where the listening connection goes: straight to the server, never through a transaction pooler. */
  readonly url: string;
  readonly role?: string | undefined;
  readonly applicationName: string;
  readonly log: Logger;
}

/** A bus on LISTEN and NOTIFY, for installations of Postgres alone. */
export function createPostgresBus(options: PostgresBusOptions): Bus {
  return new PostgresBus(options);
}

class PostgresBus implements Bus {
  readonly #pool: Pool;
  readonly #subscriptions: Subscriptions;
  readonly #live = new Set<string>();
  readonly #listening: Listening;
  #closed = false;

  constructor({ pool, url, role, applicationName, log }: PostgresBusOptions) {
    this.#pool = pool;
    this.#subscriptions = new Subscriptions(log);
    this.#listening = listen({
      url,
      role,
      applicationName: `${applicationName}-bus`,
      onNotification: (channel, payload) => this.#subscriptions.deliver(channel, payload),
      onListening: (channels) => {
        for (const channel of channels) {
          this.#live.add(channel);
          this.#subscriptions.reportGap(channel);
        }
      },
      log,
    });
  }

  /** In a statement of its own: NOTIFY inside a writing transaction holds up every other commit. */
  async publish(channel: string, message: string): Promise<void> {
    if (this.#closed) throw new BusError("bus_closed", "The bus is closed.");
    assertChannel(channel);
    assertMessage(message);
    try {
      await this.#pool.query("select pg_notify($1, $2)", [channel, message]);
    } catch (error) {
      throw new BusError("bus_unavailable", "Postgres did not take the message.", { cause: error });
    }
  }

  async subscribe(
    channel: string,
    onMessage: (message: string) => void,
    onGap: () => void,
  ): Promise<Unsubscribe> {
    if (this.#closed) throw new BusError("bus_closed", "The bus is closed.");
    assertChannel(channel);
    const subscription: Subscription = { onMessage, onGap };
    const isLive = this.#subscriptions.has(channel) && this.#live.has(channel);
    this.#subscriptions.add(channel, subscription);
    if (isLive) this.#subscriptions.reportGapTo(channel, subscription);
    else this.#listening.add(channel);
    return async () => {
      this.#subscriptions.remove(channel, subscription);
      if (this.#subscriptions.has(channel)) return;
      this.#live.delete(channel);
      this.#listening.remove(channel);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#listening.close();
  }
}
