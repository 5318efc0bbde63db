import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginAuditExport, beginAuditExportInput, type Caller, parseInput, runLongJob } from "@burgee/core";
import { createLogger, createQueues, migrateQueue } from "@burgee/runtime";
import { createDatabase, eventually, startProcess } from "@burgee/test-support";
import { afterAll, expect, test } from "vitest";
import { openReceiver } from "../test/receiver.ts";
import { openWebhookHouse } from "../test/webhook-house.ts";

const STOP_SECONDS = 2;
/** Beyond that: in which what was given up is handed over and everything is closed, on a busy machine. */
const CLOSED_WITHIN_MS = 5_000;

const database = await createDatabase();
await migrateQueue({ url: database.url, grantTo: ["burgee_system"] });
const house = await openWebhookHouse(database);
const folder = mkdtempSync(join(tmpdir(), "burgee-shutdown-"));
const log = createLogger({ level: "silent", name: "test" });
const queues = createQueues(
  { kind: "postgres", url: database.url, role: "burgee_system" },
  { applicationName: "test", log },
);
/** What is asked of it never ends. */
const hanging = await openReceiver(() => undefined);
afterAll(async () => {
  await Promise.all([hanging.close(), queues.close(), house.close()]);
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("a worker that is told to stop takes nothing more, waits as long as it was told, and hands over a job that never ends", {
  timeout: 120_000,
}, async () => {
  const tenant = await house.addTenant();
  await tenant.addWebhook(`${hanging.origin}/hook`);
  const worker = startProcess("apps/worker/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_KEY_FILE: house.keyFile,
    BURGEE_EGRESS_ALLOW: hanging.origin,
    BURGEE_STOP_SECONDS: String(STOP_SECONDS),
    BURGEE_FILE_STORE: "s3://exports",
    BURGEE_S3_ENDPOINT: hanging.origin,
    ...{ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "eu-central-1" },
  });
  const endless = await beginExport(tenant.caller);
  await tenant.announce(1);
  await eventually(
    () => expect(hanging.received.map(({ id }) => id !== "")).toEqual(expect.arrayContaining([true, false])),
    {
      timeoutMs: 60_000,
    },
  );

  const toldMs = performance.now();
  process.kill(worker.pid, "SIGTERM");
  await eventually(() => expect(worker.lines.join("\n")).toContain("Stopping."));
  const later = await beginExport(tenant.caller);
  await worker.exited;
  const tookMs = performance.now() - toldMs;

  expect(tookMs).toBeGreaterThan(STOP_SECONDS * 1000);
  expect(tookMs).toBeLessThan(STOP_SECONDS * 1000 + CLOSED_WITHIN_MS);
  const untaken = { status: "waiting", lease: null, attempts: 0, is_due: true };
  expect(await jobOf(endless)).toEqual({ ...untaken, was_begun: true });
  expect(await jobOf(later)).toEqual({ ...untaken, was_begun: false });
});

/** Its worker is woken by the queue, which knows of it at once. */
async function beginExport(caller: Caller): Promise<string> {
  const { job } = await beginAuditExport(caller, parseInput(beginAuditExportInput, { format: "jsonl" }));
  const { tenantId } = caller.person;
  await queues.enqueue(
    runLongJob,
    parseInput(runLongJob.payload, { tenantId, jobId: job.id, kind: job.kind }),
  );
  return job.id;
}

async function jobOf(id: string): Promise<unknown> {
  const { rows } = await house.admin.query(
    "select status, lease, attempts, due_at <= clock_timestamp() as is_due, started_at is not null as was_begun from burgee.jobs where job_id = $1",
    [id],
  );
  return rows[0];
}
