import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accessOf,
  appendEntries,
  beginAuditExport,
  beginAuditExportInput,
  type Caller,
  createKeyring,
  createTenant,
  exportSigner,
  fileKeyOf,
  linesOf,
  parseInput,
  registerUser,
  runAuditExport,
  verifyAuditExport,
} from "@burgee/core";
import { type AuditExportId, newId, openDatabase, openSystemDatabase, type TenantId } from "@burgee/db";
import { createLogger, openLocalFiles, openLocalKeyEncryption, openPools } from "@burgee/runtime";
import { createDatabase, eventually, type StartedProcess, startProcess } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";

/** So many that its first part is noted long before its last: some 25 MiB, and parts of 8. */
const ENTRIES = 8_000;
const TEXT_BYTES = 3_000;
const KEPT_MS = 3_600_000;
const database = await createDatabase();
const folder = mkdtempSync(join(tmpdir(), "burgee-killed-"));
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

test("an export whose worker is killed is ended by the next one, the same to the byte", {
  timeout: 120_000,
}, async () => {
  // A database that is copied from another has none of its grants.
  await admin.query(`do $$ begin
    execute format('grant create on database %I to burgee_migrate', current_database());
  end $$`);
  const caller = await newOwner();
  const { tenantId } = caller.person;
  await fill(tenantId);
  const { id } = await beginAuditExport(caller, parseInput(beginAuditExportInput, { format: "jsonl" }));

  const first = startWorker();
  await eventually(async () => expect(await notedBytes(id)).toBeGreaterThan(0), {
    timeoutMs: 60_000,
    intervalMs: 5,
  });
  await first.kill("SIGKILL");
  expect(await isFinished(id)).toBe(false);
  // As if the time had passed for which the worker that died holds its job.
  await admin.query("update burgee.jobs set due_at = now()");

  const second = startWorker();
  await eventually(async () => expect(await isFinished(id)).toBe(true), { timeoutMs: 60_000 });
  await second.kill();

  const undisturbed = await exportUndisturbed(tenantId, id);
  expect(await hashOf(tenantId, id)).toBe(await hashOf(tenantId, undisturbed));
  expect(await verifyAuditExport(linesOf(await chunksOf(tenantId, id)))).toMatchObject({
    isWhole: true,
    fault: undefined,
  });
});

function startWorker(): StartedProcess {
  return startProcess("apps/worker/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_KEY_FILE: join(folder, "key"),
    BURGEE_FILE_STORE: join(folder, "files"),
  });
}

async function newOwner(): Promise<Caller> {
  const person = { email: `${randomUUID()}@example.com`, name: "Ada", password: "correct horse battery" };
  const userId = await registerUser({ system }, person);
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId: userId, requestId: "r" });
  const ignored = () => undefined;
  return {
    db,
    system,
    nudge: ignored,
    nudgeJob: ignored,
    announceKey: ignored,
    scheduleStep: ignored,
    scheduleChange: ignored,
    person: { tenantId, userId, access: accessOf("owner"), home: undefined },
    requestId: "r",
    traceparent: null,
  };
}

/** Long texts that don't compress, so that few entries make many parts. */
async function fill(tenantId: TenantId): Promise<void> {
  const happenings = Array.from({ length: ENTRIES }, (_, number) => ({
    actor: "system" as const,
    action: "toggle.updated",
    object: `toggle/web/t${number}`,
    after: { text: randomBytes(TEXT_BYTES / 2).toString("hex") },
  }));
  await db.transact(tenantId, (writers) => appendEntries(writers, tenantId, happenings));
}

async function notedBytes(id: AuditExportId): Promise<number> {
  const { rows } = await admin.query<{ bytes: number | null }>(
    "select (checkpoint #>> '{upload,bytes}')::int as bytes from burgee.audit_exports where audit_export_id = $1",
    [id],
  );
  return rows[0]?.bytes ?? 0;
}

async function isFinished(id: AuditExportId): Promise<boolean> {
  const { rowCount } = await admin.query(
    "select from burgee.audit_exports where audit_export_id = $1 and completed_at is not null",
    [id],
  );
  return rowCount === 1;
}

/** Another one of the same entries, written in one go. */
async function exportUndisturbed(tenantId: TenantId, id: AuditExportId): Promise<AuditExportId> {
  const auditExportId = newId<AuditExportId>();
  await db.transact(tenantId, async ({ auditExports }) => {
    const same = await auditExports.find(id);
    if (!same) throw new Error("The export is gone.");
    const { format, filter, last } = same;
    await auditExports.begin({ auditExportId, format, filter, last, createdBy: "system", keptMs: KEPT_MS });
  });
  const signal = new AbortController().signal;
  const keyEncryption = await openLocalKeyEncryption(join(folder, "key"));
  const sign = exportSigner({ db, keyring: createKeyring({ dataKeys: system.dataKeys, keyEncryption }) });
  await runAuditExport(
    { db, files, report: () => undefined, signal, keptMs: KEPT_MS, sign },
    tenantId,
    auditExportId,
  );
  return auditExportId;
}

async function hashOf(tenantId: TenantId, auditExportId: AuditExportId): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of await chunksOf(tenantId, auditExportId)) hash.update(chunk);
  return hash.digest("hex");
}

async function chunksOf(tenantId: TenantId, auditExportId: AuditExportId) {
  const chunks = await files.read(fileKeyOf({ tenantId, auditExportId, format: "jsonl" }));
  if (!chunks) throw new Error("There is no file.");
  return chunks;
}
