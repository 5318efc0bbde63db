/**
 * `npm run bench:export`: exports of a tenth of a trail and of all of it, which take as much memory; one that is killed twice on its way and
 * goes on, which is the same to the byte; and the command that verifies it without a database. A million entries, unless
 * `-- --entries` says otherwise.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { appendEntries, createTenant, fileKeyOf, registerUser } from "@burgee/core";
import {
  type AuditExportFormat,
  type AuditExportId,
  type Database,
  newId,
  openDatabase,
  openSystemDatabase,
  type TenantId,
} from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { eventually } from "../../test/support/eventually.ts";
import { type StartedProcess, startProcess } from "../../test/support/started-process.ts";

const { values } = parseArgs({ options: { entries: { type: "string" } } });
const ENTRIES = Number(values.entries ?? 1_000_000);
const TENTH = Math.ceil(ENTRIES / 10);
const ADDED_AT_ONCE = 10_000;
/** Where it is killed, as a share of the trail. */
const KILLED_AT = [0.3, 0.7];
const KEPT_MS = 3_600_000;

interface Done {
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly peakMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), "burgee-exports-"));
const dataDir = join(import.meta.dirname, "..", "..", ".burgee", "bench", `postgres-${process.pid}`);
const postgres = await startPostgres({ dataDir, durable: false });
try {
  await migrate();
  const name = "burgee-bench";
  const pools = openPools(
    { databaseUrl: postgres.url },
    { applicationName: name, log: createLogger({ level: "silent", name }) },
  );
  const [db, system] = [openDatabase(pools.app), openSystemDatabase(pools.system)];
  const person = { email: `${randomUUID()}@example.com`, name: "Ada", password: "correct horse battery" };
  const ownerId = await registerUser({ system }, person);
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "r" });
  await timed(`${inThousands(ENTRIES)} entries were written`, () => fill(db, tenantId));

  await measure(db, tenantId);
  await Promise.all([db.close(), system.close()]);
} finally {
  await postgres.stop();
  await removePostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

async function measure(db: Database, tenantId: TenantId): Promise<void> {
  const tenth = await undisturbed(db, tenantId, "jsonl", TENTH);
  const whole = await undisturbed(db, tenantId, "jsonl", ENTRIES);
  await undisturbed(db, tenantId, "csv", TENTH);
  console.log(`  ten times the entries took ${(whole.peakMiB / tenth.peakMiB).toFixed(2)} times the memory`);

  const id = await begin(db, tenantId, "jsonl", ENTRIES);
  for (const share of KILLED_AT) {
    const killed = start(tenantId, id);
    await eventually(() => demandLookedAt(killed, share * ENTRIES), { timeoutMs: 600_000 });
    await killed.kill("SIGKILL");
    console.log(`  killed with -9 at ${killed.lines.at(-1)?.replace("looked at ", "entry ")}`);
  }
  const resumed = await finish(start(tenantId, id));
  const [sha256, expected] = [await hashOf(tenantId, id), whole.sha256];
  const isSame = sha256 === expected && resumed.sha256 === expected;
  console.log(`  resumed twice: SHA-256 ${sha256}, peak ${resumed.peakMiB} MiB`);
  console.log(`  undisturbed:   SHA-256 ${expected}: ${isSame ? "byte-identical" : "NOT THE SAME"}`);
  if (!isSame) process.exitCode = 1;

  const verifying = startProcess("apps/api/dist/commands/verify-audit-file.js", {}, [pathOf(tenantId, id)]);
  let peakMiB = 0;
  const watching = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentPeakMiB(verifying.pid));
  }, 50);
  const { code } = await verifying.exited;
  clearInterval(watching);
  for (const line of verifying.lines.filter((each) => !each.includes("so far"))) console.log(`  ${line}`);
  console.log(`  audit:verify ended with ${code}, peak ${peakMiB} MiB`);
  if (code !== 0) process.exitCode = 1;
}

async function undisturbed(db: Database, tenantId: TenantId, format: AuditExportFormat, last: number) {
  const id = await begin(db, tenantId, format, last);
  const startedMs = performance.now();
  const done = await finish(start(tenantId, id));
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(
    `  ${inThousands(done.entries)} entries as ${format}: ${(done.bytes / 1024 / 1024).toFixed(0)} MiB in ${seconds.toFixed(1)} s, peak ${done.peakMiB} MiB`,
  );
  return done;
}

/** Up to an entry of the trail, as if it had been asked for then. */
async function begin(
  db: Database,
  tenantId: TenantId,
  format: AuditExportFormat,
  seq: number,
): Promise<AuditExportId> {
  const auditExportId = newId<AuditExportId>();
  const filter = {};
  await db.transact(tenantId, async ({ audit, auditExports }) => {
    const [entry] = await audit.list({ before: seq + 1, limit: 1 });
    if (!entry) throw new Error(`There is no entry ${seq}.`);
    await auditExports.begin({
      auditExportId,
      format,
      filter,
      last: entry,
      createdBy: "system",
      keptMs: KEPT_MS,
    });
  });
  return auditExportId;
}

function start(tenantId: TenantId, id: AuditExportId): StartedProcess {
  return startProcess("bench/exports/export-program.ts", { DATABASE_URL: postgres.url }, [
    tenantId,
    id,
    folder,
  ]);
}

function demandLookedAt({ lines }: StartedProcess, entry: number): void {
  const [, seq = "0"] = /^looked at (\d+)$/.exec(lines.at(-1) ?? "") ?? [];
  if (Number(seq) < entry) throw new Error(`It has not come to entry ${entry} yet.`);
}

async function finish(exporting: StartedProcess): Promise<Done> {
  const { code } = await exporting.exited;
  if (code !== 0) throw new Error(`The export ended with ${code}:\n${exporting.lines.join("\n")}`);
  return JSON.parse(exporting.lines.at(-1) ?? "");
}

async function fill(db: Database, tenantId: TenantId): Promise<void> {
  for (let written = 2; written <= ENTRIES; written += ADDED_AT_ONCE) {
    const count = Math.min(ADDED_AT_ONCE, ENTRIES - written + 1);
    const happenings = Array.from({ length: count }, (_, index) => happeningAt(written + index));
    await db.transact(tenantId, (writers) => appendEntries(writers, tenantId, happenings));
  }
}

/** What a person changed of a toggle, with states of some 170 bytes. */
function happeningAt(number: number) {
  const rules = [{ id: `r${number % 9}`, condition: "region == 'IN'", variant: "on" }];
  return {
    actor: `user:00000000-0000-4000-8000-${String(number % 50).padStart(12, "0")}`,
    action: number % 2 === 0 ? "toggle.enabled" : "toggle.updated",
    object: `toggle/web/checkout-${number % 500}`,
    revision: number,
    requestId: randomUUID(),
    before: { enabled: false, percentage: number % 100, rules: [] },
    after: { enabled: true, percentage: (number + 10) % 100, rules },
  } as const;
}

async function migrate(): Promise<void> {
  const migrating = startProcess("packages/db/dist/commands/migrate.js", { DATABASE_URL: postgres.url });
  const { code } = await migrating.exited;
  if (code !== 0) throw new Error(`The migration ended with ${code}:\n${migrating.lines.join("\n")}`);
}

function pathOf(tenantId: TenantId, auditExportId: AuditExportId): string {
  return join(folder, ...fileKeyOf({ tenantId, auditExportId, format: "jsonl" }).split("/"));
}

async function hashOf(tenantId: TenantId, id: AuditExportId): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(pathOf(tenantId, id))) hash.update(chunk);
  return hash.digest("hex");
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await work();
  console.log(`\n${what} in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}

/** The most that it ever held, as Linux counts it; 0 once it has ended. */
function residentPeakMiB(pid: number): number {
  try {
    const [, kib = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kib) / 1024);
  } catch {
    return 0;
  }
}

function inThousands(count: number): string {
  return count.toLocaleString("en");
}
