/** The yardstick: a BullMQ job as its documentation has it, whose work is one UPDATE. */
import { createPostgresBackend, createRedisBackend, isPgPool, withBackend } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";
import { type Bench, CONCURRENCY, countdown, JOBS, type Side, UPDATE } from "./side.ts";

const QUEUE = "bare";

export function bareSide({ queue, databaseUrl, pool }: Bench): Side {
  const redis = withBackend(createRedisBackend);
  const postgres = withBackend(createPostgresBackend);
  const onRedis = () => ({
    connection: new Redis(queue.url, { maxRetriesPerRequest: null }),
    prefix: "bench",
  });
  const onPostgres = () => {
    const connection = new pg.Pool({ connectionString: databaseUrl, options: "-c search_path=bullmq" });
    if (!isPgPool(connection))
      throw new TypeError("BullMQ does not take this version of node-postgres's pool.");
    return { connection };
  };

  return {
    name: "a bare BullMQ job of one UPDATE",
    unit: "jobs",
    fill: async () => {
      const options = queue.kind === "redis" ? onRedis() : onPostgres();
      const filling =
        "prefix" in options
          ? new redis.Queue<unknown>(QUEUE, options)
          : new postgres.Queue<unknown>(QUEUE, options);
      await filling.addBulk(
        Array.from({ length: JOBS }, (_, index) => ({
          name: "update",
          data: { id: index + 1 },
          opts: { jobId: `update-${index}`, removeOnComplete: true },
        })),
      );
      await filling.close();
      await end(options.connection);
      return JOBS;
    },
    begin: () => {
      const { done, once } = countdown(JOBS);
      const options = queue.kind === "redis" ? onRedis() : onPostgres();
      const work = async ({ data }: { readonly data: { readonly id: number } }) => {
        await pool.query(UPDATE, [data.id]);
      };
      const behaviour = { concurrency: CONCURRENCY };
      const worker =
        "prefix" in options
          ? new redis.Worker<{ id: number }, void>(QUEUE, work, { ...options, ...behaviour })
          : new postgres.Worker<{ id: number }, void>(QUEUE, work, { ...options, ...behaviour });
      worker.on("completed", once);
      return { done, close: () => worker.close().then(() => end(options.connection)) };
    },
  };
}

async function end(connection: { disconnect(): void } | { end(): Promise<void> }): Promise<void> {
  if ("disconnect" in connection) connection.disconnect();
  else await connection.end();
}
