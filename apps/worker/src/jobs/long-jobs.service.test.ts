import { setTimeout as pause } from "node:timers/promises";
import {
  beginJob,
  createTenant,
  defineLongJob,
  type LongJobPorts,
  type LongJobRun,
  registerUser,
  runLongJob,
} from "@burgee/core";
import { type Job, openDatabase, openSystemDatabase, type TenantId } from "@burgee/db";
import {
  createLogger,
  createMetrics,
  createQueues,
  defineJob,
  migrateQueue,
  openPools,
  type QueueConnection,
  startWorker,
} from "@burgee/runtime";
import { createDatabase, eventually, withRedis } from "@burgee/test-support";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openLongJobs } from "./open-long-jobs.ts";

interface Counted {
  readonly counted: number;
}
type Work = (run: LongJobRun<Counted>) => Promise<object> | object;

/** On a busy machine each try waits for its turn. */
const PATIENCE = { timeoutMs: 40_000, intervalMs: 100 };

const database = await createDatabase();
await migrateQueue({ url: database.url, grantTo: ["burgee_system"] });
const redis = await withRedis();
const logged: string[] = [];
const log = createLogger({ level: "info", name: "test", sink: { write: (line) => void logged.push(line) } });
const pools = openPools({ databaseUrl: database.url }, { applicationName: "jobs-test", log });
const db = openDatabase(pools.app);
const system = openSystemDatabase(pools.system);
const admin = new pg.Pool({ connectionString: database.url, max: 2 });
let people = 0;
const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await Promise.all([db.close(), system.close(), admin.end()]);
  await database.drop();
});

describe("on Postgres", () => describeJobs({ kind: "postgres", url: database.url, role: "burgee_system" }));
describe.skipIf(redis.url === undefined)("on Redis", () =>
  describeJobs({ kind: "redis", url: redis.url ?? "", prefix: `jobs-${process.pid}` }),
);

test("runs jobs beside the queue while it is away", async () => {
  const tenantId = await foundTenant();
  const { jobs, begin } = open({ kind: "redis", url: "redis://127.0.0.1:1" }, () => ({ counted: 3 }));
  const job = await begin(tenantId);
  await letItBeOverdue(job);

  await jobs.sweep();

  await eventually(async () => expect(await look(tenantId, job)).toMatchObject({ status: "succeeded" }));
  await jobs.close(1_000);
});

function describeJobs(connection: QueueConnection) {
  test("a job that is nudged runs on a worker, and logs by the trace that began it", async () => {
    const tenantId = await foundTenant();
    const { work, begin, nudge } = open(connection, ({ log: own, report }) => {
      own.info({}, "Counting.");
      report({ done: 3, total: 3, unit: "things" });
      return { counted: 3 };
    });
    const worker = work();
    const traceId = `${process.pid}`.padStart(32, "0");
    const job = await begin(tenantId, `00-${traceId}-${"b".repeat(16)}-01`);

    await nudge(tenantId, job);

    await eventually(async () =>
      expect(await look(tenantId, job)).toMatchObject({
        status: "succeeded",
        progress: { done: 3 },
        result: { counted: 3 },
      }),
    );
    const line = logged.find((each) => each.includes("Counting.") && each.includes(job.jobId));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ job: "count-things", jobId: job.jobId, traceId });
    await worker.close();
  });

  test("a job of which the queue was never told is found by the sweep", async () => {
    const tenantId = await foundTenant();
    const { work, jobs, begin } = open(connection, () => ({ counted: 3 }));
    const worker = work();
    const job = await begin(tenantId);
    await letItBeOverdue(job);

    await jobs.sweep();

    await eventually(async () => expect(await look(tenantId, job)).toMatchObject({ status: "succeeded" }));
    await worker.close();
  });

  test("a worker that stops takes no new job, waits, then gives up the row as well as the queue's job", {
    timeout: 60_000,
  }, async () => {
    const tenantId = await foundTenant();
    const started = Promise.withResolvers<void>();
    const first = open(connection, async ({ keep, signal }) => {
      await keep({ counted: 2 });
      started.resolve();
      await pause(60_000, undefined, { signal });
      return { by: "the first" };
    });
    const stopping = first.work({ closeBoundMs: 700, lockMs: 500 });
    const running = await first.begin(tenantId);
    await first.nudge(tenantId, running);
    await started.promise;
    const closedFrom = performance.now();
    const closing = stopping.close();
    const late = await first.begin(tenantId);
    await first.nudge(tenantId, late);

    expect(await look(tenantId, running)).toMatchObject({ status: "running", attempts: 1 });
    await closing;

    expect(performance.now() - closedFrom).toBeGreaterThanOrEqual(690);
    expect(await look(tenantId, running)).toMatchObject({ status: "waiting", attempts: 0, endedAt: null });
    expect(await look(tenantId, late)).toMatchObject({ status: "waiting", attempts: 0 });
    const second = open(connection, ({ checkpoint }) => ({
      by: "the second",
      from: checkpoint?.counted ?? 0,
    }));
    const next = second.work({ lockMs: 500 });
    await eventually(async () => {
      // As it does every few seconds.
      await letItBeOverdue(running, late);
      await second.jobs.sweep();
      expect(await look(tenantId, running)).toMatchObject({ result: { by: "the second", from: 2 } });
      expect(await look(tenantId, late)).toMatchObject({ result: { by: "the second", from: 0 } });
    }, PATIENCE);
    await next.close();
  });

  test("poison is given up after eight tries and replayed, while others flow", {
    timeout: 60_000,
  }, async () => {
    const [poisoned, healthy] = [await foundTenant(), await foundTenant()];
    let isPoison = true;
    const { work, jobs, begin, nudge } = open(connection, ({ tenantId }) => {
      if (isPoison && tenantId === poisoned) throw new Error("poison");
      return { counted: 1 };
    });
    const worker = work();
    const bad = await begin(poisoned);
    const good: Job[] = [];
    for (let begun = 0; begun < 8; begun++) good.push(await begin(healthy));
    await nudge(poisoned, bad);
    for (const job of good) await nudge(healthy, job);

    await eventually(async () => {
      await letItBeOverdue(bad, ...good);
      await jobs.sweep();
      expect(await look(poisoned, bad)).toMatchObject({ status: "failed", attempts: 8 });
      for (const job of good) expect(await look(healthy, job)).toMatchObject({ status: "succeeded" });
    }, PATIENCE);

    const letters = await db.read(poisoned, ({ deadLetters }) =>
      deadLetters.list({}, { before: undefined, limit: 9 }),
    );
    expect(letters).toMatchObject([{ source: "count-things", attempts: 8, payload: { jobId: bad.jobId } }]);
    isPoison = false;
    await db.transact(poisoned, (writers) => writers.jobs.reopen(bad.jobId));
    await nudge(poisoned, bad);
    await eventually(async () => expect(await look(poisoned, bad)).toMatchObject({ status: "succeeded" }));
    await worker.close();
  });
}

/** What a worker has of long jobs, all of whose work is `work`. */
function open(connection: QueueConnection, work: Work) {
  const process = { applicationName: "jobs-test", log };
  const queues = createQueues(connection, process);
  opened.push(queues);
  const count = defineLongJob({
    kind: "count-things",
    seenWith: "audit.read",
    payload: z.strictObject({}),
    checkpoint: z.strictObject({ counted: z.int() }),
    backoffMs: 0,
    mayRunTwice: "It only counts.",
    run: async (_deps: object, _payload, run) => work(run),
  });
  const jobs = openLongJobs({
    ...{ db, system, queues, log, jobs: [count] },
    deps: {},
    metrics: createMetrics({ service: "worker", version: "test" }),
  });
  return {
    jobs,
    work: (bounds: { readonly closeBoundMs?: number; readonly lockMs?: number } = {}) => {
      const worker = startWorker<LongJobPorts>({
        ...{ connection, ...process, ...bounds },
        jobs: [defineJob(runLongJob)],
        deps: jobs,
        concurrency: 4,
        onFailedForGood: async () => undefined,
      });
      opened.push(worker);
      return worker;
    },
    begin: (tenantId: TenantId, traceparent: string | null = null) =>
      db.transact(tenantId, (writers) =>
        beginJob(writers, { job: count, payload: {}, createdBy: "system", traceparent }),
      ),
    nudge: (tenantId: TenantId, { jobId, kind }: Job) =>
      queues.enqueue(runLongJob, { tenantId, jobId, kind }),
  };
}

async function look(tenantId: TenantId, { jobId }: Job): Promise<Job | undefined> {
  return db.read(tenantId, ({ jobs }) => jobs.find(jobId));
}

/** As if it had waited for a while. */
async function letItBeOverdue(...jobs: readonly Job[]): Promise<void> {
  await admin.query(
    "update burgee.jobs set due_at = clock_timestamp() - interval '1 minute' where job_id = any ($1) and status = 'waiting'",
    [jobs.map(({ jobId }) => jobId)],
  );
}

async function foundTenant(): Promise<TenantId> {
  people += 1;
  const person = { email: `ana-${people}@example.com`, name: "Ana", password: "correct horse battery" };
  const ownerId = await registerUser({ system }, person);
  const founded = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "test" });
  return founded.tenantId;
}
