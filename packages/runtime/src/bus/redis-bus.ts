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

/**
 * A bus on Redis publish and subscribe: two connections, since one that subscribes can't publish. Where the server knows sharded channels
 * (from Redis 7 on), a message goes to the shard of its channel, and not to every node of a cluster.
 */
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
  /** Whether the server knows sharded channels, as of the last connection. */
  #publishesSharded = Promise.resolve(false);
  #subscribesSharded = Promise.resolve(false);
  #closed = false;

  constructor({ url, applicationName, prefix = "burgee.", log }: RedisBusOptions) {
    this.#prefix = prefix;
    this.#log = log;
    this.#subscriptions = new Subscriptions(log);
    this.#state = new RedisState({ variable: "REDIS_URL", meanwhile: "nodes find changes by asking", log });
    const open = { url, state: this.#state };
    this.#publisher = openFailFastRedis({ ...open, connectionName: `${applicationName}-bus-publisher` });
    this.#subscriber = openPatientRedis({ ...open, connectionName: `${applicationName}-bus-subscriber` });
    for (const event of ["message", "smessage"]) {
      this.#subscriber.on(event, (channel: string, message: string) => {
        this.#subscriptions.deliver(channel.slice(prefix.length), message);
      });
    }
    this.#publisher.on("ready", () => {
      this.#publishesSharded = knowsShardedChannels(this.#publisher);
    });
    this.#subscriber.on("close", () => this.#live.clear());
    this.#subscriber.on("ready", () => {
      this.#subscribesSharded = knowsShardedChannels(this.#subscriber);
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
      const name = this.#prefix + channel;
      if (await this.#publishesSharded) await this.#publisher.spublish(name, message);
      else await this.#publisher.publish(name, message);
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
      if (this.#subscriber.status !== "ready") return;
      const name = this.#prefix + channel;
      if (await this.#subscribesSharded) await this.#subscriber.sunsubscribe(name);
      else await this.#subscriber.unsubscribe(name);
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
    this.#follow(this.#prefix + channel).then(
      () => {
        if (this.#closed || !this.#subscriptions.has(channel)) return;
        this.#live.add(channel);
        this.#subscriptions.reportGap(channel);
      },
      (error) => this.#log.warn({ err: error, channel }, "Redis did not take a subscription."),
    );
  }

  async #follow(name: string): Promise<unknown> {
    if (await this.#subscribesSharded) return this.#subscriber.ssubscribe(name);
    return this.#subscriber.subscribe(name);
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

/** Asked before the first subscription: a connection that subscribed answers little else. */
async function knowsShardedChannels(redis: Redis): Promise<boolean> {
  try {
    const known = await redis.call("COMMAND", "INFO", "SPUBLISH");
    return Array.isArray(known) && known.some((command) => command !== null);
  } catch {
    return false;
  }
}
