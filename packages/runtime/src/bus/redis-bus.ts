import type { Redis } from "ioredis";
import { bounded } from "../clock/bounded.ts";
import type { Logger } from "../log/create-logger.ts";
import { becomesReady, openFailFastRedis, openPatientRedis } from "../redis/open-redis.ts";
import { RedisState } from "../redis/redis-state.ts";
import { assertChannel, assertMessage, type Bus, BusError, type Unsubscribe } from "./bus.ts";
import { type Subscription, Subscriptions } from "./subscriptions.ts";

export interface RedisBusOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Keeps our channels apart from others' on the same server. */
  readonly prefix?: string;
  readonly log: Logger;
}

const FIRST_CONNECTION_MS = 1_000;
const HEARTBEAT_MS = 15_000;
const HEARTBEAT_TIMEOUT_MS = 5_000;

/** A bus on Redis publish and subscribe: two connections, since one that subscribes can't publish. */
export function createRedisBus(options: RedisBusOptions): Bus {
  return new RedisBus(options);
}

class RedisBus implements Bus {
  readonly #prefix: string;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #subscriptions: Subscriptions;
  readonly #live = new Set<string>();
  readonly #log: Logger;
  readonly #state: RedisState;
  readonly #heartbeat: NodeJS.Timeout;
  #closed = false;

  constructor({ url, applicationName, prefix = "burgee.", log }: RedisBusOptions) {
    this.#prefix = prefix;
    this.#log = log;
    this.#subscriptions = new Subscriptions(log);
    this.#state = new RedisState({ variable: "REDIS_URL", meanwhile: "nodes find changes by asking", log });
    const open = { url, state: this.#state };
    this.#publisher = openFailFastRedis({ ...open, connectionName: `${applicationName}-bus-publisher` });
    this.#subscriber = openPatientRedis({ ...open, connectionName: `${applicationName}-bus-subscriber` });
    this.#subscriber.on("message", (channel: string, message: string) => {
      this.#subscriptions.deliver(channel.slice(prefix.length), message);
    });
    this.#subscriber.on("close", () => this.#live.clear());
    this.#subscriber.on("ready", () => {
      for (const channel of this.#subscriptions.channels) this.#goLive(channel);
    });
    this.#heartbeat = setInterval(() => this.#checkSubscriber(), HEARTBEAT_MS);
  }

  async publish(channel: string, message: string): Promise<void> {
    if (this.#closed) throw new BusError("bus_closed", "The bus is closed.");
    assertChannel(channel);
    assertMessage(message);
    try {
      if (this.#publisher.status === "connecting" || this.#publisher.status === "connect") {
        await becomesReady(this.#publisher, FIRST_CONNECTION_MS);
      }
      await this.#publisher.publish(this.#prefix + channel, message);
    } catch (error) {
      throw new BusError("bus_unavailable", "Redis did not take the message.", { cause: error });
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
    const isKnown = this.#subscriptions.has(channel);
    this.#subscriptions.add(channel, subscription);
    if (isKnown && this.#live.has(channel)) this.#subscriptions.reportGapTo(channel, subscription);
    else if (!isKnown && this.#subscriber.status === "ready") this.#goLive(channel);
    return async () => {
      this.#subscriptions.remove(channel, subscription);
      if (this.#subscriptions.has(channel)) return;
      this.#live.delete(channel);
      if (this.#subscriber.status === "ready") await this.#subscriber.unsubscribe(this.#prefix + channel);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  /** A failure here is a lost connection; the next "ready" tries again. */
  #goLive(channel: string): void {
    this.#subscriber.subscribe(this.#prefix + channel).then(
      () => {
        if (this.#closed || !this.#subscriptions.has(channel)) return;
        this.#live.add(channel);
        this.#subscriptions.reportGap(channel);
      },
      (error) => this.#log.warn({ err: error, channel }, "Redis did not take a subscription."),
    );
  }

  /** A server that hangs, or a path that went silent, shows only by the missing answer. */
  #checkSubscriber(): void {
    if (this.#subscriber.status !== "ready") return;
    bounded(this.#subscriber.ping(), HEARTBEAT_TIMEOUT_MS, "A Redis heartbeat").catch((error) => {
      this.#state.lost(this.#subscriber, error);
      this.#subscriber.disconnect(true);
    });
  }
}
