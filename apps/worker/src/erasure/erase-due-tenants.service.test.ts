import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTenant, eraseTenant, fileKeyOf, registerUser } from "@burgee/core";
import { type AuditExportId, newId, openDatabase, openSystemDatabase, type TenantId } from "@burgee/db";
import { createLogger, openLocalFiles, openPools, systemClock } from "@burgee/runtime";
import { createDatabase, eventually, type StartedProcess, startProcess } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { eraseDueTenants } from "./erase-due-tenants.ts";

/** So many that a worker is killed in their midst. */
const ENTRIES = 60_000;
const database = await createDatabase();
const folder = mkdtempSync(join(tmpdir(), "burgee-erasure-"));
const admin = new pg.Client(database.url);
await admin.connect();
const log = createLogger({ level: "silent", name: "test" });
const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
const db = openDatabase(pools.app);
const system = openSystemDatabase(pools.system);
const files = openLocalFiles(join(folder, "files"));

afterAll(async () => {
  await Promise.all([db.close(), system.close(), admin.end()]);
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function addTenant(entries: number): Promise<TenantId> {
  const ownerId = await registerUser(
    { system },
    { email: `${randomUUID()}@example.com`, name: "Ada", password: "correct horse battery" },
  );
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "r" });
  await admin.query(
    `insert into burgee.audit_entries (tenant_id, month, seq, created_at, actor, action, object, previous_hash, hash)
     select $1, date_trunc('month', now())::date, n, now(), 'system', 'toggle.created', 'toggle/web/cart', '', ''
       from generate_series(2, $2 + 1) n`,
    [tenantId, entries],
  );
  return tenantId;
}

/** A finished one, with its file; answers where that is. */
async function addExport(tenantId: TenantId): Promise<string> {
  const auditExportId = newId<AuditExportId>();
  const last = { seq: 1, hash: randomBytes(32) };
  await db.transact(tenantId, ({ auditExports }) =>
    auditExports.begin({
      auditExportId,
      format: "csv",
      filter: {},
      last,
      createdBy: "system",
      keptMs: 3_600_000,
    }),
  );
  const key = fileKeyOf({ tenantId, auditExportId, format: "csv" });
  await files.complete(key, await files.append(key, await files.begin(key), Buffer.from("seq")));
  return key;
}

async function close(tenantId: TenantId): Promise<Buffer> {
  const receiptHash = randomBytes(32);
  await db.transactAlone(tenantId, ({ deletions }) => deletions.request({ receiptHash, delayMs: 0 }));
  return receiptHash;
}

const erasedOf = async (receiptHash: Buffer) =>
  (await system.erasures.findByReceipt(receiptHash))?.parts.audit_entries?.done ?? 0;
const countLeft = async (tenantId: TenantId) => {
  const { rows } = await admin.query(
    "select count(*)::int as left from burgee.audit_entries where tenant_id = $1",
    [tenantId],
  );
  return rows[0].left;
};

function startWorker(): StartedProcess {
  return startProcess("apps/worker/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_KEY_FILE: join(folder, "key"),
  });
}

test("a worker that is killed in the midst of a deletion leaves it to the next one, which ends it", {
  timeout: 120_000,
}, async () => {
  // A database that is copied from another has none of its grants.
  await admin.query(`do $$ begin
    execute format('grant create on database %I to burgee_migrate', current_database());
  end $$`);
  const queue = startProcess("apps/worker/src/commands/migrate-queue.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
  });
  const { code } = await queue.exited;
  expect([code, ...queue.lines]).toEqual([0, ...queue.lines]);
  const staying = await addTenant(10);
  const tenantId = await addTenant(ENTRIES);
  const receiptHash = await close(tenantId);

  const first = startWorker();
  await eventually(async () => expect(await erasedOf(receiptHash)).toBeGreaterThan(0), {
    timeoutMs: 60_000,
    intervalMs: 5,
  });
  await first.kill("SIGKILL");

  // What was told is what was done: a batch and its count are one transaction.
  const erased = await erasedOf(receiptHash);
  expect(erased).toBeLessThan(ENTRIES);
  expect(await countLeft(tenantId)).toBe(ENTRIES + 1 - erased);

  const second = startWorker();
  await eventually(
    async () => {
      const progress = await system.erasures.findByReceipt(receiptHash);
      expect(progress).toMatchObject({
        completedAt: expect.any(Date),
        parts: { audit_entries: { total: ENTRIES + 1, done: ENTRIES + 1 } },
      });
    },
    { timeoutMs: 60_000 },
  );
  await second.kill();
  expect(await countLeft(tenantId)).toBe(0);
  expect(await countLeft(staying)).toBe(11);
});

test("a tenant whose erasure fails holds up no other, and is tried again", async () => {
  const [stuck, next] = [await addTenant(1), await addTenant(1)];
  const receipts = [await close(stuck), await close(next)];
  await admin.query(`create table burgee.parrots (belongs_to uuid references burgee.tenants);
    insert into burgee.parrots values ('${stuck}')`);
  const signal = new AbortController().signal;
  // As many as are stuck: the others are listed after them.
  const sweep = () => eraseDueTenants({ system, files, log, clock: systemClock, signal, most: 1 });
  const isDone = async (receiptHash: Buffer) =>
    (await system.erasures.findByReceipt(receiptHash))?.completedAt instanceof Date;

  await sweep();
  expect(await Promise.all(receipts.map(isDone))).toEqual([false, true]);

  await admin.query("drop table burgee.parrots");
  await sweep();
  expect(await Promise.all(receipts.map(isDone))).toEqual([true, true]);
});

test("a tenant's exports go with it, files first, and nobody else's do", async () => {
  const [going, staying] = [await addTenant(1), await addTenant(1)];
  const [gone, kept] = [await addExport(going), await addExport(staying)];
  await close(going);

  await eraseDueTenants({ system, files, log, clock: systemClock, signal: new AbortController().signal });

  expect(await files.read(gone)).toBeUndefined();
  expect(await files.read(kept)).toBeDefined();
  expect(await system.auditExports.listOf(going)).toEqual([]);
});

test("a worker that is told to stop stops between two batches", async () => {
  const tenantId = await addTenant(1_000);
  const receiptHash = await close(tenantId);
  const stopping = new AbortController();
  stopping.abort();

  await eraseDueTenants({ system, files, log, clock: systemClock, signal: stopping.signal });

  expect(await erasedOf(receiptHash)).toBe(0);
  expect(await eraseTenant({ system }, tenantId)).toBe("erased");
});
