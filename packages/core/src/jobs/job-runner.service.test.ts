import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Job, JobId } from "@burgee/db";
import { eventually } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type AtHome, type Installation, install } from "../../test/installation.ts";
import { actorOf } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { beginJob } from "./begin-job.ts";
import { createJobRunner, type JobRunnerOptions } from "./job-runner.ts";
import { LeaseLostError } from "./lease.ts";
import { defineLongJob, type JobLog, type LongJobRun } from "./long-job.ts";

interface Deps {
  readonly work: (run: LongJobRun<Counted>) => Promise<object> | object;
}
interface Counted {
  readonly counted: number;
}

const NEVER = new AbortController().signal;
const TIMES = { leaseMs: 2_000, renewMs: 200, reportMs: 20 };
const ended: Job[] = [];
const count = defineLongJob({
  kind: "count-things",
  seenWith: "audit.read",
  payload: z.strictObject({ upTo: z.int() }),
  checkpoint: z.strictObject({ counted: z.int() }),
  attempts: 2,
  backoffMs: 0,
  mayRunTwice: "It only counts.",
  run: async ({ work }: Deps, _payload, run) => work(run),
  onEnd: async (_writers, job) => void ended.push(job),
});

let house: Installation;
let tenant: AtHome;
beforeAll(async () => {
  house = await install();
});
afterAll(() => house.close());

const lines: { readonly bindings: object; readonly message: string }[] = [];

test("runs a job to its end, shows how far it is, and logs by the trace that began it", async () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const job = await begin({ traceparent });
  const shown = Promise.withResolvers<void>();

  const running = runner(async ({ report, log }) => {
    log.info({}, "Counting.");
    report({ done: 1, total: 3, unit: "things" }, "at the first");
    await shown.promise;
    report({ done: 3, total: 3, unit: "things" });
    return { counted: 3 };
  })(job);
  await eventually(async () =>
    expect(await look(job)).toMatchObject({
      status: "running",
      progress: { done: 1, total: 3, unit: "things" },
      note: "at the first",
    }),
  );
  shown.resolve();

  expect(await running).toBe("succeeded");
  expect(await look(job)).toMatchObject({
    status: "succeeded",
    progress: { done: 3 },
    result: { counted: 3 },
    attempts: 1,
    endedAt: expect.any(Date),
  });
  expect(lines.at(-1)).toEqual({
    bindings: { job: "count-things", jobId: job.jobId, traceId: "a".repeat(32) },
    message: "Counting.",
  });
  expect(ended.at(-1)).toMatchObject({ jobId: job.jobId, status: "succeeded" });
});

test("gives a job that no trace began one of its own", async () => {
  const { traceparent } = await begin({ traceparent: null });

  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});

test("one worker runs a job, however many are woken for it", async () => {
  const job = await begin();
  const release = Promise.withResolvers<void>();
  let runs = 0;
  const run = runner(async () => {
    runs += 1;
    await release.promise;
    return {};
  });

  const racing = Array.from({ length: 8 }, () => run(job));
  await eventually(() => expect(runs).toBe(1));
  release.resolve();

  expect((await Promise.all(racing)).toSorted()).toEqual([...Array(7).fill("left"), "succeeded"]);
  expect(runs).toBe(1);
});

test("tries a failure again, and then gives it up with words for people and a dead letter", async () => {
  const job = await begin();
  const run = runner(() => {
    throw new Error("connect ECONNREFUSED 10.0.0.1");
  });

  expect(await run(job)).toBe("retried");
  expect(await look(job)).toMatchObject({ status: "waiting", attempts: 1, error: null });
  expect(await run(job)).toBe("failed");

  const failed = await look(job);
  expect(failed).toMatchObject({ status: "failed", attempts: 2, error: { code: "internal" } });
  expect(failed.error?.message).not.toContain("ECONNREFUSED");
  expect(await letters(job)).toMatchObject([{ source: "count-things", attempts: 2, replayedAt: null }]);
  expect(ended.at(-1)).toMatchObject({ jobId: job.jobId, status: "failed" });
  expect(await run(job)).toBe("left");
});

test("gives up at once what no further try would mend, and says why", async () => {
  const job = await begin();

  const outcome = await runner(() => {
    throw new AppError("limit_reached", "There are too many things.");
  })(job);

  expect(outcome).toBe("failed");
  expect(await look(job)).toMatchObject({
    attempts: 1,
    error: { code: "limit_reached", message: "There are too many things." },
  });
});

test("goes on where a worker was killed, which writes nothing any more", async () => {
  const job = await begin();
  const kept = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let late: unknown;
  const zombie = runner(async ({ keep, signal }) => {
    await keep({ counted: 7 });
    kept.resolve();
    await goOn.promise;
    late = await keep({ counted: 8 }).catch((error) => error);
    expect(signal.reason).toBeInstanceOf(LeaseLostError);
    return { by: "the zombie" };
  })(job);
  await kept.promise;
  expect(await runner(() => ({}))(job)).toBe("left");
  await letLeaseLapse(job);

  const found: unknown[] = [];
  const outcome = await runner(({ checkpoint }) => {
    found.push(checkpoint);
    return { by: "the second" };
  })(job);
  goOn.resolve();

  expect(outcome).toBe("succeeded");
  expect(await zombie).toBe("lost");
  await eventually(() => expect(late).toBeInstanceOf(LeaseLostError));
  expect(found).toEqual([{ counted: 7 }]);
  expect(await look(job)).toMatchObject({
    attempts: 2,
    checkpoint: { counted: 7 },
    result: { by: "the second" },
  });
});

test("goes on once a worker's process was killed, and not before it is taken for dead", async () => {
  const job = await begin();
  const leaseMs = 1_500;
  const told = { databaseUrl: house.database.url, tenantId: job.caller.person.tenantId, leaseMs };
  const worker = fork(
    fileURLToPath(new URL("../../test/job-program.ts", import.meta.url)),
    [JSON.stringify({ ...told, jobId: job.jobId, kind: job.kind })],
    { execArgv: ["--conditions=burgee:source"] },
  );
  await once(worker, "message");

  worker.kill("SIGKILL");
  await once(worker, "exit");
  const killedMs = performance.now();
  const found: unknown[] = [];
  const next = runner(({ checkpoint }) => {
    found.push(checkpoint);
    return { by: "the next" };
  });
  await eventually(async () => expect(await next(job)).toBe("succeeded"), { timeoutMs: 10_000 });

  // It was renewed once in a quarter of that time.
  expect(performance.now() - killedMs).toBeGreaterThan(leaseMs / 2);
  expect(found).toEqual([{ counted: 7 }]);
  expect(await look(job)).toMatchObject({ attempts: 2, result: { by: "the next" } });
});

test("keeps its job for as long as it works, however long that is", async () => {
  const job = await begin();
  const [started, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const running = runner(
    async () => {
      started.resolve();
      await release.promise;
      return {};
    },
    { times: { leaseMs: 400, renewMs: 50, reportMs: 20 } },
  )(job);
  await started.promise;
  const startedMs = performance.now();
  await eventually(async () => {
    expect(await runner(() => ({}))(job)).toBe("left");
    expect(performance.now() - startedMs).toBeGreaterThan(800);
  });

  release.resolve();

  expect(await running).toBe("succeeded");
});

test("leaves its job to another worker at once when it stops, and counts no try", async () => {
  const job = await begin();
  const stopping = new AbortController();
  const started = Promise.withResolvers<void>();
  const running = runner(() => {
    started.resolve();
    return new Promise<object>(() => undefined);
  })(job, stopping.signal);
  await started.promise;

  stopping.abort();

  expect(await running).toBe("handed_over");
  expect(await look(job)).toMatchObject({ status: "waiting", attempts: 0 });
  expect(await runner(() => ({}))(job)).toBe("succeeded");
});

test("reports a job that ends every worker that takes it on", async () => {
  const job = await begin();
  await house.admin.query("update burgee.jobs set attempts = 7 where job_id = $1", [job.jobId]);

  const outcome = await runner(() => ({}))(job);

  expect(outcome).toBe("failed");
  expect(await look(job)).toMatchObject({ error: { code: "worker_lost" } });
});

test("runs a few of a tenant's at a time, so that others have their turn", async () => {
  tenant = await house.newTenant();
  const jobs = [await begin(), await begin(), await begin()];
  const release = Promise.withResolvers<void>();
  let runs = 0;
  const run = runner(async () => {
    runs += 1;
    await release.promise;
    return {};
  });
  const running = jobs.map((job) => run(job));
  await eventually(() => expect(runs).toBe(LIMITS.runningJobs));
  const others = await begin({ caller: await house.newTenant() });

  expect(await runner(() => ({}))(others)).toBe("succeeded");

  release.resolve();
  expect((await Promise.all(running)).toSorted()).toEqual(["left", "succeeded", "succeeded"]);
});

test("begins no more jobs of a tenant than may wait and run", async () => {
  tenant = await house.newTenant();
  for (let begun = 0; begun < LIMITS.unfinishedJobs - 1; begun++) await begin({ caller: tenant });

  const racing = await Promise.allSettled([begin({ caller: tenant }), begin({ caller: tenant })]);

  expect(racing.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(begin({ caller: tenant })).rejects.toMatchObject({ code: "limit_reached" });
});

test("leaves alone what it can't run, for workers that can", async () => {
  const job = await begin({ caller: await house.newTenant() });

  expect(await runner(() => ({}), { jobs: [] })(job)).toBe("left");

  expect(await look(job)).toMatchObject({ status: "waiting", attempts: 0 });
});

test("finds jobs that nobody took on, and those whose worker is gone", async () => {
  const waiting = await begin({ caller: await house.newTenant() });
  const lost = await begin({ caller: await house.newTenant() });
  const stop = new AbortController();
  const running = runner(() => new Promise<object>(() => undefined))(lost, stop.signal);
  await eventually(async () => expect(await look(lost)).toMatchObject({ status: "running" }));
  const due = async () => (await house.system.jobs.listDue(200, { overdueMs: 0 })).map(({ jobId }) => jobId);

  expect(await due()).toContain(waiting.jobId);
  expect(await due()).not.toContain(lost.jobId);
  await letLeaseLapse(lost);
  expect(await due()).toContain(lost.jobId);

  stop.abort();
  await running;
});

type Begun = Job & { readonly caller: AtHome };

async function begin({
  caller,
  traceparent = null,
}: {
  readonly caller?: AtHome;
  readonly traceparent?: string | null;
} = {}): Promise<Begun> {
  tenant ??= await house.newTenant();
  const by = caller ?? tenant;
  const job = await house.db.transact(by.person.tenantId, (writers) =>
    beginJob(writers, { job: count, payload: { upTo: 3 }, createdBy: actorOf(by.person), traceparent }),
  );
  return { ...job, caller: by };
}

function runner(work: Deps["work"], options: Partial<JobRunnerOptions<Deps>> = {}) {
  const run = createJobRunner<Deps>({
    db: house.db,
    jobs: [count],
    deps: { work },
    log: remembering({}),
    times: TIMES,
    ...options,
  });
  return ({ jobId, kind, caller }: Begun, signal = NEVER) =>
    run({ tenantId: caller.person.tenantId, jobId, kind }, signal);
}

function remembering(bindings: object): JobLog {
  const remember = (_: object, message: string) => void lines.push({ bindings, message });
  const child = (more: object) => remembering({ ...bindings, ...more });
  return { info: remember, warn: remember, error: remember, child };
}

async function look({ jobId, caller }: Begun): Promise<Job> {
  const job = await house.db.read(caller.person.tenantId, ({ jobs }) => jobs.find(jobId));
  if (!job) throw new Error("The job is gone.");
  return job;
}

function letters({ jobId, caller }: Begun) {
  return house.db.read(caller.person.tenantId, async ({ deadLetters }) =>
    (await deadLetters.list({}, { before: undefined, limit: 9 })).filter(
      ({ payload }) => z.object({ jobId: z.custom<JobId>() }).parse(payload).jobId === jobId,
    ),
  );
}

async function letLeaseLapse({ jobId }: Begun): Promise<void> {
  await house.admin.query("update burgee.jobs set due_at = clock_timestamp() where job_id = $1", [jobId]);
}
