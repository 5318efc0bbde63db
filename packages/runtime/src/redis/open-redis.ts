import { Redis, type RedisOptions } from "ioredis";
import { fullJitterMs } from "../clock/full-jitter.ts";
import type { RedisState } from "./redis-state.ts";

export interface OpenRedisOptions {
  readonly url: string;
  /** What `CLIENT LIST` shows. */
  readonly connectionName: string;
  /** Who tells that the server is gone, or back. */
  readonly state: RedisState;
}

type Behaviour = Omit<RedisOptions, "replyMapping">;

const RECONNECT = { baseMs: 100, capMs: 3_000 };
const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 2_000;
const KEEPALIVE_AFTER_MS = 10_000;

/**
 * A connection for those who wait for an answer: while Redis is away a command fails at once, and one
 * that Redis does not answer fails after 2 s, or as soon as is said.
 */
export function openFailFastRedis({
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
  ...options
}: OpenRedisOptions & { readonly commandTimeoutMs?: number }): Redis {
  return openRedis(options, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
  });
}

/** A connection for those who wait for work or messages: it blocks, and waits for Redis to come back. */
export function openPatientRedis(options: OpenRedisOptions): Redis {
  return openRedis(options, { maxRetriesPerRequest: null, autoResubscribe: false });
}

/** Waits for a connection that is being made. Answers false when time is up first. */
export async function becomesReady(redis: Redis, withinMs: number): Promise<boolean> {
  if (redis.status === "ready") return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onReady = () => resolve(true);
  const timer = setTimeout(() => resolve(false), withinMs);
  redis.once("ready", onReady);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    redis.off("ready", onReady);
  }
}

function openRedis({ url, connectionName, state }: OpenRedisOptions, behaviour: Behaviour): Redis {
  const options: Behaviour = {
    connectionName,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEPALIVE_AFTER_MS,
    retryStrategy: (attempt) => fullJitterMs(attempt, RECONNECT),
    ...behaviour,
  };
  const redis = new Redis(url, options);
  state.follow(redis);
  return redis;
}
