/** What a process opens, from its configuration: the same choices in every process. */
import type { Pool } from "pg";
import type { Bus } from "../bus/bus.ts";
import { createPostgresBus } from "../bus/postgres-bus.ts";
import {
  appLogin,
  type DatabaseLogin,
  type DatabaseUrls,
  systemLogin,
} from "../configuration/database-login.ts";
import type { Logger } from "../log/create-logger.ts";
import { openPool } from "../postgres/open-pool.ts";
import type { QueueConnection } from "../queue/queue-connection.ts";

export interface Process {
  /** Shown in the servers' lists of connections. */
  readonly applicationName: string;
  readonly log: Logger;
}

export interface RedisUrls {
  readonly redisUrl?: string | undefined;
  readonly queueRedisUrl?: string | undefined;
}

/** One pool for each role, since a role is what a connection starts with. */
export interface Pools {
  readonly app: Pool;
  readonly system: Pool;
}

interface PoolSize {
  readonly max: number;
  readonly statementTimeoutMs: number;
}

const MANAGEMENT: PoolSize = { max: 10, statementTimeoutMs: 5_000 };
/** Small questions by key; what doesn't answer soon is asked again, and meanwhile the last answer holds. */
const READING: PoolSize = { max: 4, statementTimeoutMs: 2_000 };
const LOCK_TIMEOUT_MS = 2_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

/** For changes and whatever people ask. */
export function openPools(urls: DatabaseUrls, process: Process): Pools {
  return openBoth(urls, MANAGEMENT, process);
}

/** For loading rulesets and looking up keys: connections that management work, however much there is, can't take. */
export function openReadingPools(urls: DatabaseUrls, process: Process): Pools {
  return openBoth(urls, READING, process);
}

function openBoth(urls: DatabaseUrls, size: PoolSize, { applicationName, log }: Process): Pools {
  const open = (login: DatabaseLogin) =>
    openPool({
      ...login,
      ...size,
      applicationName,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
      log,
    });
  return { app: open(appLogin(urls)), system: open(systemLogin(urls)) };
}

/** Redis where there is one, else Postgres. What speaks to Redis is loaded where there is one. */
export async function openBus(
  urls: DatabaseUrls & RedisUrls,
  { system }: Pools,
  process: Process,
): Promise<Bus> {
  if (urls.redisUrl) {
    const { createRedisBus } = await import("../bus/redis-bus.ts");
    return createRedisBus({ url: urls.redisUrl, ...process });
  }
  return createPostgresBus({ pool: system, ...systemLogin(urls), ...process });
}

/** The queue's own Redis, else the one Redis there is, else Postgres. */
export function queueConnectionOf(urls: DatabaseUrls & RedisUrls): QueueConnection {
  const { redisUrl, queueRedisUrl } = urls;
  if (queueRedisUrl) return { kind: "redis", url: queueRedisUrl, variable: "QUEUE_REDIS_URL" };
  if (redisUrl) return { kind: "redis", url: redisUrl, variable: "REDIS_URL" };
  return { kind: "postgres", ...systemLogin(urls) };
}
