export {
  type Breaker,
  type BreakerOptions,
  type BreakerState,
  createBreaker,
  isRefusedByBreaker,
} from "./breaker/create-breaker.ts";
export { createRetries, type Retries, type RetriesOptions } from "./breaker/create-retries.ts";
export { type Bus, BusError, type BusErrorCode, MAX_MESSAGE_BYTES, type Unsubscribe } from "./bus/bus.ts";
export { createPostgresBus, type PostgresBusOptions } from "./bus/postgres-bus.ts";
export { createRedisBus, type RedisBusOptions } from "./bus/redis-bus.ts";
export { bounded, TimeoutError } from "./clock/bounded.ts";
export { type Clock, systemClock } from "./clock/clock.ts";
export { type Backoff, fullJitterMs } from "./clock/full-jitter.ts";
export { type RepeatOptions, repeat } from "./clock/repeat.ts";
export { ConfigurationError, type ConfigurationProblem } from "./configuration/configuration-error.ts";
export {
  appLogin,
  type DatabaseLogin,
  type DatabaseUrls,
  systemLogin,
} from "./configuration/database-login.ts";
export { describeConfiguration } from "./configuration/describe-configuration.ts";
export {
  databaseConfiguration,
  httpConfiguration,
  keyringConfiguration,
  LOG_LEVELS,
  type LogLevel,
  logConfiguration,
  mailConfiguration,
  migrationConfiguration,
  redisConfiguration,
} from "./configuration/parts.ts";
export {
  type Configuration,
  type Environment,
  readConfiguration,
} from "./configuration/read-configuration.ts";
export { fromVariable, type Variable } from "./configuration/variable.ts";
export {
  openBus,
  openPools,
  openReadingPools,
  type Pools,
  type Process,
  queueConnectionOf,
  type RedisUrls,
} from "./connections/open-connections.ts";
export {
  type CheckedBody,
  type FileKind,
  type FileTrouble,
  peekChecked,
  readChecked,
  UNFINISHED,
  writeChecked,
} from "./disk/checked-file.ts";
export { egressConfiguration } from "./egress/egress-configuration.ts";
export { EgressError, type EgressErrorCode } from "./egress/egress-error.ts";
export { createEgress, type Egress, type EgressOptions, type EgressRequest } from "./egress/egress-fetch.ts";
export {
  type ByteRange,
  type FileStore,
  FileStoreError,
  type FileStoreErrorCode,
  type Upload,
} from "./files/file-store.ts";
export { openLocalFiles } from "./files/local-files.ts";
export { fileStoreConfiguration, openFileStore } from "./files/open-file-store.ts";
export { openS3Files, type S3FilesOptions } from "./files/s3-files.ts";
export {
  KeyFileError,
  type LocalKeyEncryption,
  openLocalKeyEncryption,
} from "./keyring/local-key-encryption.ts";
export { createLifecycle, type Lifecycle, type LifecycleOptions } from "./lifecycle/create-lifecycle.ts";
export { createLogger, type Logger, type LoggerOptions } from "./log/create-logger.ts";
export { onceWhileItLasts } from "./log/once-while-it-lasts.ts";
export { redactText } from "./log/redact.ts";
export type { LogSink } from "./log/standard-output.ts";
export { type Mail, type Mailer, openMailer } from "./mail/open-mailer.ts";
export {
  createMetrics,
  type MetricName,
  type MetricOptions,
  type Metrics,
} from "./metrics/create-metrics.ts";
export { createHttpDuration, type HttpObservation } from "./metrics/http-duration.ts";
export { type ConnectionSettings, connectionSettings } from "./postgres/connection-settings.ts";
export { type Listening, type ListenOptions, listen } from "./postgres/listen.ts";
export { openPool, type PoolOptions } from "./postgres/open-pool.ts";
export { createQueues, type EnqueueOptions, type Queues, type QueuesOptions } from "./queue/create-queues.ts";
export { defineJob, type Job, type JobDefinition, type RunnableJob } from "./queue/define-job.ts";
export type { JobRun, QueuedProgress } from "./queue/job-run.ts";
export { type MigrateQueueOptions, migrateQueue } from "./queue/migrate-queue.ts";
export { type BoardQueues, openBoardQueues } from "./queue/open-board-queues.ts";
export type { JobFailure } from "./queue/process-job.ts";
export type { QueueConnection } from "./queue/queue-connection.ts";
export { QueueError, type QueueErrorCode } from "./queue/queue-error.ts";
export { type RunningWorker, type StartWorkerOptions, startWorker } from "./queue/start-worker.ts";
export { type OpenRedisOptions, openFailFastRedis, openPatientRedis } from "./redis/open-redis.ts";
export { RedisState, type RedisStateOptions } from "./redis/redis-state.ts";
export {
  RedisSnapshots,
  type RedisSnapshotsOptions,
  type Snapshot,
  type SnapshotHead,
  type SnapshotScope,
} from "./snapshots/redis-snapshots.ts";
