import { createDatabase, eventually, withRedis } from "@burgee/test-support";
import { Redis } from "ioredis";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createLogger } from "../log/create-logger.ts";
import { createQueues } from "./create-queues.ts";
import { defineJob, type JobDefinition } from "./define-job.ts";
import { migrateQueue } from "./migrate-queue.ts";
import type { JobFailure } from "./process-job.ts";
import { openConnection, type QueueConnection } from "./queue-connection.ts";
import { startWorker } from "./start-worker.ts";

interface Payload {
  readonly id: string;
}

interface Deps {
  readonly work: (payload: Payload) => Promise<void> | void;
}

interface Ends {
  readonly producer: QueueConnection;
  readonly consumer: QueueConnection;
}

const database = await createDatabase();
const redis = await withRedis();
const log = createLogger({ level: "silent", name: "test" });
const opened: { close(): Promise<void> }[] = [];

await migrateQueue({ url: database.url, grantTo: ["burgee_app", "burgee_system"] });

afterAll(async () => {
  await Promise.all(opened.map((part) => part.close()));
  await database.drop();
});

const onPostgres: Ends = {
  producer: { kind: "postgres", url: database.url, role: "burgee_app" },
  consumer: { kind: "postgres", url: database.url, role: "burgee_system" },
};
const onRedis: QueueConnection = { kind: "redis", url: redis.url ?? "" };

describe("the queue on Postgres", () => describeQueue(onPostgres, cutPostgres));
describe.skipIf(redis.url === undefined)("the queue on Redis", () =>
  describeQueue({ producer: onRedis, consumer: onRedis }, cutRedis),
);

test("migrates the queue by several processes at once, and again", async () => {
  const migrate = () => migrateQueue({ url: database.url, grantTo: ["burgee_app"] });

  await expect(Promise.all([migrate(), migrate(), migrate()])).resolves.toHaveLength(3);
});

test("lets in whom it is told, and out whom it let in before", async () => {
  const own = await createDatabase();
  await migrateQueue({ url: own.url, grantTo: ["burgee_app", "burgee_system"] });

  await migrateQueue({ url: own.url, grantTo: ["burgee_system"], revokeFrom: ["burgee_app"] });

  const connectionOf = (role: string): QueueConnection => ({ kind: "postgres", url: own.url, role });
  const open = (role: string) =>
    keep(createQueues(connectionOf(role), { applicationName: "queue-test", log }));
  const [outside, inside] = [open("burgee_app"), open("burgee_system")];
  await expect(outside.enqueue(jobOf({}), { id: "1" })).rejects.toMatchObject({ code: "queue_unavailable" });
  await expect(inside.enqueue(jobOf({}), { id: "1" })).resolves.toBeUndefined();
  await Promise.all([outside.close(), inside.close()]);
  await own.drop();
});

test("says that there is no queue where it was not migrated", async () => {
  const bare = await createDatabase({ empty: true });
  const queues = keep(
    createQueues({ kind: "postgres", url: bare.url }, { applicationName: "queue-test", log }),
  );

  const added = queues.enqueue(jobOf({}), { id: "1" });

  await expect(added).rejects.toMatchObject({
    code: "queue_unavailable",
    cause: { name: "SchemaMigrationRequiredError" },
  });
  await queues.close();
  await bare.drop();
});

test("starts before the queue was migrated, and works once it is", async () => {
  const late = await createDatabase({ empty: true });
  const connection: QueueConnection = { kind: "postgres", url: late.url };
  const job = jobOf({});
  const { done, worker } = work(connection, job);
  const queues = keep(createQueues(connection, { applicationName: "queue-test", log }));
  await expect(queues.enqueue(job, { id: "early" })).rejects.toMatchObject({ code: "queue_unavailable" });

  await migrateQueue({ url: late.url, grantTo: [] });
  await worker.ready;
  await queues.enqueue(job, { id: "1" });

  await eventually(() => expect(done).toEqual(["1"]));
  await worker.close();
  await queues.close();
  await late.drop();
});

test("gives up adding a job while the queue's server is away", async () => {
  const away: QueueConnection[] = [
    { kind: "postgres", url: "postgres://nobody@127.0.0.1:1/none" },
    { kind: "redis", url: "redis://127.0.0.1:1" },
  ];

  for (const connection of away) {
    const queues = keep(createQueues(connection, { applicationName: "queue-test", log }));
    await expect(queues.enqueue(jobOf({}), { id: "1" })).rejects.toMatchObject({ code: "queue_unavailable" });
    await queues.close();
  }
});

test("stops a worker that never reached its server", async () => {
  const { worker } = work({ kind: "postgres", url: "postgres://nobody@127.0.0.1:1/none" }, jobOf({}));

  await expect(worker.close()).resolves.toBeUndefined();
});

/** What both backends keep to. Each test has a queue of its own. */
function describeQueue({ producer, consumer }: Ends, cut: () => Promise<void>) {
  test("runs a job once, with its payload", async () => {
    const job = jobOf({});
    const { done, worker } = work(consumer, job);
    const queues = produce();

    await queues.enqueue(job, { id: "1" });
    await queues.enqueue(job, { id: "2" });
    await eventually(() => expect(done).toHaveLength(2));
    await worker.close();

    expect(done.toSorted()).toEqual(["1", "2"]);
  });

  test("takes two jobs of one id for one while the first waits, and again once it is done", async () => {
    const job = jobOf({});
    const queues = produce();
    for (let i = 0; i < 3; i++) await queues.enqueue(job, { id: "same" });
    const { done } = work(consumer, job);
    await eventually(() => expect(done).toEqual(["same"]));

    await eventually(async () => {
      await queues.enqueue(job, { id: "same" });
      expect(done).toEqual(["same", "same"]);
    });
  });

  test("keeps jobs of one id apart when their kinds differ", async () => {
    const one = jobOf({ name: "one" });
    const two = jobOf({ name: "two", queue: one.queue });
    const queues = produce();
    await queues.enqueue(one, { id: "same" });
    await queues.enqueue(two, { id: "same" });

    const { done } = work(consumer, [one, two]);

    await eventually(() => expect(done).toEqual(["same", "same"]));
  });

  test("tries a failed job again, and waits longer each time", async () => {
    const job = jobOf({ attempts: 3, backoffMs: 200 });
    const startedAt: number[] = [];
    work(consumer, job, {
      work: () => {
        startedAt.push(performance.now());
        if (startedAt.length < 3) throw new Error("not yet");
      },
    });

    await produce().enqueue(job, { id: "1" });
    await eventually(() => expect(startedAt).toHaveLength(3));

    const [first = 0, second = 0, third = 0] = startedAt;
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(195);
  });

  test("runs a delayed job when its time has come, and not before", async () => {
    const job = jobOf({});
    const { done } = work(consumer, job, { work: () => {} });
    const startedAt = performance.now();

    await produce().enqueue(job, { id: "1" }, { delayMs: 400 });
    await eventually(() => expect(done).toEqual(["1"]));

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390);
  });

  test("reports a job that failed for good, with its cause, and forgets it", async () => {
    const job = jobOf({ attempts: 2 });
    const cause = new Error("never");
    const { failures, done, worker } = work(consumer, job, {
      work: () => {
        throw cause;
      },
    });
    const queues = produce();

    await queues.enqueue(job, { id: "1" });
    await eventually(() => expect(failures).toHaveLength(1));

    expect(failures[0]).toEqual({
      job: job.name,
      queue: job.queue,
      id: `${job.name}.1`,
      payload: { id: "1" },
      attempts: 2,
      cause,
    });
    await eventually(async () => {
      await queues.enqueue(job, { id: "1" });
      expect(failures.length).toBeGreaterThan(1);
    });
    await worker.close();
    expect(done).toEqual([]);
  });

  test("refuses a payload that is wrong before it reaches the queue", async () => {
    const queues = produce();

    const refused = queues.enqueue(jobOf({}), { id: "" });

    await expect(refused).rejects.toMatchObject({ code: "invalid_payload" });
  });

  test.each(["a:b", "a b"])("refuses the job id %j", async (id) => {
    const refused = produce().enqueue(jobOf({}), { id });

    await expect(refused).rejects.toMatchObject({ code: "invalid_job_id" });
  });

  test("reports poison at once, without running it, while others go on", async () => {
    const job = jobOf({ attempts: 5 });
    const lenient = { ...job, payload: z.custom<Payload>(() => true), jobId: () => "poison" };
    const stranger = { ...job, name: "nobody-knows-me" };
    const { done, failures } = work(consumer, job);
    const queues = produce();

    await queues.enqueue(lenient, { id: "" });
    await queues.enqueue(stranger, { id: "stranger" });
    await queues.enqueue(job, { id: "healthy" });
    await eventually(() => expect(done).toEqual(["healthy"]));
    await eventually(() => expect(failures).toHaveLength(2));

    expect(failures.map(({ cause }) => cause)).toEqual([
      expect.objectContaining({ code: "invalid_payload" }),
      expect.objectContaining({ code: "unknown_job" }),
    ]);
    expect(failures.map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  test("keeps jobs while no worker runs", async () => {
    const job = jobOf({});
    const first = work(consumer, job);
    await first.worker.ready;
    await first.worker.close();
    await produce().enqueue(job, { id: "1" });

    const second = work(consumer, job);

    await eventually(() => expect(second.done).toEqual(["1"]));
    expect(first.done).toEqual([]);
  });

  test("waits for a running job when it is closed", async () => {
    const job = jobOf({});
    const running = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { done, worker } = work(consumer, job, {
      work: async () => {
        running.resolve();
        await release.promise;
      },
    });
    await produce().enqueue(job, { id: "1" });
    await running.promise;

    const closing = worker.close();
    release.resolve();
    await closing;

    expect(done).toEqual(["1"]);
  });

  test("gives up a job that does not end in time, for another worker to run", {
    timeout: 60_000,
  }, async () => {
    const job = jobOf({});
    const running = Promise.withResolvers<void>();
    const stuck = work(consumer, job, {
      closeBoundMs: 50,
      lockMs: 500,
      work: () => {
        running.resolve();
        return new Promise<void>(() => {});
      },
    });
    await produce().enqueue(job, { id: "1" });
    await running.promise;

    await stuck.worker.close();
    const { done } = work(consumer, job, { lockMs: 500 });

    await eventually(() => expect(done).toEqual(["1"]));
  });

  test("goes on after every connection was cut", async () => {
    const job = jobOf({});
    const { done, worker } = work(consumer, job);
    const queues = produce();
    await worker.ready;
    await queues.enqueue(job, { id: "before" });
    await eventually(() => expect(done).toEqual(["before"]));

    await cut();
    await eventually(() => queues.enqueue(job, { id: "after" }));

    await eventually(() => expect(done).toContain("after"), { timeoutMs: 10_000 });
  });

  test("reports a job that ends every worker that takes it on", async () => {
    const job = jobOf({});
    const started: number[] = [];
    await produce().enqueue(job, { id: "1" });
    for (let i = 1; i <= 6; i++) {
      const { worker } = work(consumer, job, {
        closeBoundMs: 0,
        lockMs: 100,
        work: () => {
          started.push(i);
          return new Promise<void>(() => {});
        },
      });
      await eventually(() => expect(started).toHaveLength(i));
      await worker.close();
    }

    const { done, failures } = work(consumer, job, { lockMs: 100 });
    await eventually(() => expect(failures).toHaveLength(1));

    expect(failures[0]?.cause).toMatchObject({ name: "LostWorkersError" });
    expect(done).toEqual([]);
  });

  function produce() {
    return keep(createQueues(producer, { applicationName: "queue-test", log }));
  }
}

test("can add a job to Postgres only as a role that was let in", async () => {
  const open = openConnection(onPostgres.producer, {
    purpose: "produce",
    applicationName: "queue-test",
    workers: 0,
    log,
  });
  const queue = open.openQueue("grants");

  await expect(queue.waitUntilReady()).resolves.toBeUndefined();
  await queue.close();
  await open.close();
});

let made = 0;

type TestJob = ReturnType<typeof jobOf>;

/** A job on a queue of its own. */
function jobOf(change: Partial<JobDefinition<Deps, Payload>>) {
  made += 1;
  return defineJob<Deps, Payload>({
    name: "do-something",
    queue: `test-${made}`,
    payload: z.strictObject({ id: z.string().min(1) }),
    jobId: ({ id }) => id,
    attempts: 1,
    backoffMs: 10,
    mayRunTwice: "It only remembers.",
    run: async ({ work }, payload) => work(payload),
    ...change,
  });
}

interface Doing extends Partial<Deps> {
  readonly closeBoundMs?: number;
  readonly lockMs?: number;
}

/** A worker, and what it got done. */
function work(connection: QueueConnection, jobs: TestJob | readonly TestJob[], doing: Doing = {}) {
  const done: string[] = [];
  const failures: JobFailure[] = [];
  const { work: act = () => {}, ...bounds } = doing;
  const worker = startWorker<Deps>({
    connection,
    applicationName: "queue-test",
    jobs: [jobs].flat(),
    deps: {
      work: async (payload) => {
        await act(payload);
        done.push(payload.id);
      },
    },
    concurrency: 1,
    onFailedForGood: async (failure) => {
      failures.push(failure);
    },
    log,
    ...bounds,
  });
  opened.push(worker);
  return { done, failures, worker };
}

async function cutPostgres(): Promise<void> {
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await admin.end();
}

async function cutRedis(): Promise<void> {
  const admin = new Redis(redis.url ?? "");
  await admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  admin.disconnect();
}

function keep<T extends { close(): Promise<void> }>(part: T): T {
  opened.push(part);
  return part;
}
