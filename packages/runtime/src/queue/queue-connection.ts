import {
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  type QueueOptions,
  type WorkerOptions,
  withBackend,
} from "bullmq";
import type { Logger } from "../log/create-logger.ts";
import { openPool } from "../postgres/open-pool.ts";
import { openFailFastRedis, openPatientRedis } from "../redis/open-redis.ts";
import { RedisState } from "../redis/redis-state.ts";

/** Where jobs wait. */
export type QueueConnection =
  | {
      readonly kind: "redis";
      readonly url: string;
      /** What names this server in the configuration; `REDIS_URL` unless told otherwise. */
      readonly variable?: string;
      /** Keeps our keys apart from others' on the same server. */
      readonly prefix?: string;
    }
  | { readonly kind: "postgres"; readonly url: string; readonly role?: string | undefined };

/** The part of a BullMQ queue that we use; the same on both backends. */
export interface ProducingQueue {
  add(name: string, data: unknown, options: JobOptions): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface JobOptions {
  readonly jobId: string;
  readonly attempts: number;
  readonly backoff: { readonly type: "exponential"; readonly delay: number; readonly jitter: number };
  readonly delay?: number;
  readonly removeOnComplete: boolean;
  readonly removeOnFail: { readonly age: number };
  /** The trace context of what asked for it. */
  readonly telemetry?: { readonly metadata: string };
}

/** The part of a BullMQ worker that we use. */
export interface ConsumingWorker {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The part of a BullMQ job that we use. */
export interface QueuedJob {
  readonly name: string;
  readonly queueName: string;
  readonly id?: string | undefined;
  readonly data: unknown;
  readonly opts: {
    readonly attempts?: number | undefined;
    readonly telemetry?: { readonly metadata?: string | undefined } | undefined;
  };
  /** Tries that ended in an error. */
  readonly attemptsMade: number;
  /** Tries begun, also by workers that did not live to end them. */
  readonly attemptsStarted: number;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
  updateProgress(progress: object): Promise<void>;
}

export type Processor = (job: QueuedJob, token?: string) => Promise<void>;

/** An open connection that queues and workers of one process share. Closing it ends what is under way. */
export interface OpenConnection {
  openQueue(name: string): ProducingQueue;
  openWorker(name: string, processor: Processor, behaviour: WorkerBehaviour): ConsumingWorker;
  /** Whether an error of a worker is of a lost connection, which the connection itself tells of. */
  hasToldOf(error: Error): boolean;
  close(): Promise<void>;
}

export type WorkerBehaviour = Omit<WorkerOptions, "connection" | "prefix">;

interface Purpose {
  readonly purpose: "produce" | "consume";
  readonly applicationName: string;
  /** How many workers will hold a connection each. */
  readonly workers: number;
  readonly log: Logger;
}

const DEFAULT_PREFIX = "burgee";
const EVENTS_KEPT = 1_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const SHARED_CONNECTIONS = 4;

export function openConnection(connection: QueueConnection, purpose: Purpose): OpenConnection {
  return connection.kind === "redis"
    ? onRedis(connection, purpose)
    : onPostgres(connection.url, connection.role, purpose);
}

const redisQueue = withBackend(createRedisBackend);
const postgresQueue = withBackend(createPostgresBackend);

function onRedis(
  { url, variable = "REDIS_URL", prefix = DEFAULT_PREFIX }: QueueConnection & { readonly kind: "redis" },
  { purpose, applicationName, log }: Purpose,
): OpenConnection {
  const open = purpose === "produce" ? openFailFastRedis : openPatientRedis;
  const state = new RedisState({ variable, meanwhile: "queued work waits, and sweeps do what is due", log });
  const redis = open({ url, connectionName: `${applicationName}-queue`, state });
  return {
    openQueue: (name) => new redisQueue.Queue<unknown>(name, { ...QUEUE_OPTIONS, connection: redis, prefix }),
    openWorker: (name, processor, behaviour) =>
      new redisQueue.Worker<unknown, void>(name, processor, { ...behaviour, connection: redis, prefix }),
    hasToldOf: (error) => "syscall" in error,
    close: async () => redis.disconnect(),
  };
}

/** The backend writes unqualified names, so the pool's search path must be its schema. */
function onPostgres(
  url: string,
  role: string | undefined,
  { applicationName, workers, log }: Purpose,
): OpenConnection {
  const pool = openPool({
    url,
    role,
    applicationName: `${applicationName}-queue`,
    schema: "bullmq",
    // Each worker keeps one for LISTEN.
    max: workers + SHARED_CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: STATEMENT_TIMEOUT_MS,
    idleInTransactionTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  pool.setMaxListeners(0);
  if (!isPgPool(pool)) throw new TypeError("BullMQ does not take this version of node-postgres's pool.");
  return {
    openQueue: (name) => new postgresQueue.Queue<unknown>(name, { ...QUEUE_OPTIONS, connection: pool }),
    openWorker: (name, processor, behaviour) =>
      new postgresQueue.Worker<unknown, void>(name, processor, { ...behaviour, connection: pool }),
    hasToldOf: () => false,
    close: () => pool.end(),
  };
}

const QUEUE_OPTIONS = { streams: { events: { maxLen: EVENTS_KEPT } } } satisfies Omit<
  QueueOptions,
  "connection"
>;
