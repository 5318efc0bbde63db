import type { Redis } from "ioredis";
import type { Logger } from "../log/create-logger.ts";

export interface RedisStateOptions {
  /** The variable that names the server, such as `REDIS_URL`. */
  readonly variable: string;
  /** What holds while it is away, as the end of a sentence. */
  readonly meanwhile: string;
  readonly log: Logger;
}

/** Tells when a Redis is gone and when it is back: once each, over all connections to it, however often they try. */
export class RedisState {
  readonly #failing = new Set<Redis>();
  readonly #options: RedisStateOptions;

  constructor(options: RedisStateOptions) {
    this.#options = options;
  }

  /** Also keeps ioredis from printing to the console, as it does where nobody listens. */
  follow(redis: Redis): void {
    redis.on("error", (error) => this.lost(redis, error));
    redis.on("ready", () => this.#found(redis));
    redis.on("end", () => this.#failing.delete(redis));
  }

  lost(redis: Redis, error: unknown): void {
    const { variable, meanwhile, log } = this.#options;
    if (this.#failing.size === 0) {
      log.warn({ err: error, variable }, `The Redis of ${variable} can't be used; ${meanwhile}.`);
    }
    this.#failing.add(redis);
  }

  #found(redis: Redis): void {
    if (!this.#failing.delete(redis) || this.#failing.size > 0) return;
    const { variable, log } = this.#options;
    log.info({ variable, recovered: true }, `The Redis of ${variable} is back.`);
  }
}
