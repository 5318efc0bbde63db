/** What a process opens, from its configuration: the same choices in every process. */
import type { Pool } from "pg";
import type { Bus } from "../bus/bus.ts";
import { createPostgresBus } from "../bus/postgres-bus.ts";
import { createRedisBus } from "../bus/redis-bus.ts";
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

const CONNECTIONS = 10;
/** Of management work; evaluations never wait for a statement. */
const STATEMENT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 2_000;
const IDLE_IN_TRANSACTION_MS = 10_000;

export function openPools(urls: DatabaseUrls, { applicationName, log }: Process): Pools {
  const open = (login: DatabaseLogin) =>
    openPool({
      ...login,
      applicationName,
      max: CONNECTIONS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
      log,
    });
  return { app: open(appLogin(urls)), system: open(systemLogin(urls)) };
}

/** Redis where there is one, else Postgres. */
export function openBus(urls: DatabaseUrls & RedisUrls, { system }: Pools, process: Process): Bus {
  if (urls.redisUrl) return createRedisBus({ url: urls.redisUrl, ...process });
  return createPostgresBus({ pool: system, ...systemLogin(urls), ...process });
}

/** The queue's own Redis, else the one Redis there is, else Postgres. */
export function queueConnectionOf(urls: DatabaseUrls & RedisUrls): QueueConnection {
  const url = urls.queueRedisUrl ?? urls.redisUrl;
  return url ? { kind: "redis", url } : { kind: "postgres", ...systemLogin(urls) };
}
