import { Pool } from "pg";
import type { Logger } from "../log/create-logger.ts";
import { onceWhileItLasts } from "../log/once-while-it-lasts.ts";
import { type ConnectionSettings, connectionSettings } from "./connection-settings.ts";

export interface PoolOptions extends ConnectionSettings {
  /** The most connections at a time. */
  readonly max: number;
  /** How long a statement may run; 0 for ever. */
  readonly statementTimeoutMs: number;
  /** How long a statement waits for a lock. */
  readonly lockTimeoutMs: number;
  /** How long a transaction may sit idle: it holds back vacuum and the locks it took. */
  readonly idleInTransactionTimeoutMs: number;
  readonly log: Logger;
}

const IDLE_TIMEOUT_MS = 30_000;
const ANSWER_GRACE_MS = 1_000;

/**
 * Opens a pool. Connects on first use, so a process starts while Postgres is away; a checkout fails
 * within 5 s. A server that hangs instead of answering is given up a second past the statement's bound.
 */
export function openPool(options: PoolOptions): Pool {
  const { max, statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs, log } = options;
  const pool = new Pool({
    ...connectionSettings({
      ...options,
      parameters: {
        statement_timeout: statementTimeoutMs,
        lock_timeout: lockTimeoutMs,
        idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
        ...options.parameters,
      },
    }),
    max,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + ANSWER_GRACE_MS } : {}),
  });
  // Without a listener, a connection that is lost while idle would end the process.
  const onLost = onceWhileItLasts((err) => log.warn({ err }, "An idle Postgres connection was lost."));
  pool.on("error", (error) => {
    if (!pool.ending) onLost(error);
  });
  // Nor may one that is lost at work: what was asked on it fails by itself.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
