import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditExportId } from "@burgee/db";
import { openLocalFiles } from "@burgee/runtime";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, inRole, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import { createJobRunner } from "../jobs/job-runner.ts";
import { LIMITS } from "../limits.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { listSigningKeys } from "../signing-keys/list-signing-keys.ts";
import { beginAuditExport, beginAuditExportInput } from "./begin-audit-export.ts";
import { exportAudit } from "./export-audit.ts";
import { fileKeyOf } from "./export-files.ts";
import { fileLinkInput } from "./file-link.ts";
import { getAuditExport } from "./get-audit-export.ts";
import { linesOf } from "./lines-of.ts";
import { openAuditExportFile } from "./open-audit-export-file.ts";
import { sweepAuditExports } from "./sweep-audit-exports.ts";
import { verifyAuditExport } from "./verify-audit-export.ts";

const installation = await install();
const { db, system, admin, keyring } = installation;
const folder = mkdtempSync(join(tmpdir(), "burgee-exports-"));
const files = openLocalFiles(folder);
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
const NEVER = new AbortController().signal;
let caller: AtHome;

beforeEach(async () => {
  caller = await installation.newTenant();
});
afterAll(async () => {
  await installation.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an export", () => {
  test("is begun as a job, written by it, and read by its link", async () => {
    const { id, job } = await begin({ format: "jsonl" });
    expect(installation.nudgedJobs.at(-1)).toEqual({ ...jobOf(job), tenantId: caller.person.tenantId });
    expect((await getAuditExport(caller, keyring, { id })).file).toBeNull();

    expect(await run(job)).toBe("succeeded");

    const { file, lastEntry } = await getAuditExport(caller, keyring, { id });
    if (!file) throw new Error("It has no file.");
    const { name, bytes, read } = await open(file.link);
    expect({ name, bytes }).toEqual({ name: `audit-${id}.jsonl`, bytes: file.bytes });
    const [key] = (await listSigningKeys(caller)).map(({ publicKey }) => publicKey);
    const report = await verifyAuditExport(linesOf(await read()), { key });
    expect(report).toMatchObject({ verified: lastEntry, signedBy: [key], fault: undefined });
    expect(await jobRow(job)).toMatchObject({
      result: { export: id, entries: lastEntry, bytes, sha256: file.sha256 },
      progress: { done: lastEntry, total: lastEntry, unit: "entries" },
      note: `${lastEntry} rows, 100 %`,
    });
  });

  test("is told of when it is ready, and when it failed", async () => {
    const ready = await begin({ format: "jsonl" });
    await run(ready.job);
    const failed = await begin({ format: "jsonl" });
    await admin.query("update burgee.audit_exports set expires_at = now() where audit_export_id = $1", [
      failed.id,
    ]);
    await run(failed.job);

    const { rows } = await admin.query(
      "select type, data from burgee.notices where tenant_id = $1 order by created_at",
      [caller.person.tenantId],
    );
    const { file } = await getAuditExport(caller, keyring, { id: ready.id });
    const { bytes, entries, sha256 } = file ?? {};
    expect(rows).toEqual([
      { type: "export.ready", data: { export: ready.id, entries, bytes, sha256 } },
      {
        type: "export.failed",
        data: { export: failed.id, error: { code: "audit_export_not_found", message: expect.any(String) } },
      },
    ]);
  });

  test("stands in the trail, with who began it and who read it", async () => {
    const { id, job } = await begin({ format: "csv", filter: { objectKind: "project" } });
    await run(job);
    const { file, lastEntry } = await getAuditExport(caller, keyring, { id });

    await open(file?.link);

    const actor = `user:${caller.person.userId}`;
    expect(await newest(2)).toMatchObject([
      { actor, action: "audit_export.downloaded", object: `audit-export/${id}` },
      {
        actor,
        action: "audit_export.begun",
        after: { format: "csv", filter: { objectKind: "project" }, lastEntry },
      },
    ]);
  });

  test("is for who may read the trail, of their own tenant", async () => {
    const { id } = await begin({ format: "csv" });
    const stranger = await installation.newTenant();
    const viewer = inRole(caller, "viewer");

    await expect(beginAuditExport(viewer, { format: "csv", filter: {} })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(getAuditExport(viewer, keyring, { id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(getAuditExport(stranger, keyring, { id })).rejects.toMatchObject({
      code: "audit_export_not_found",
    });
  });

  test("is refused where too many are not done", async () => {
    for (let count = 0; count < LIMITS.unfinishedAuditExports; count++) await begin({ format: "csv" });

    await expect(begin({ format: "csv" })).rejects.toMatchObject({ code: "limit_reached" });
  });

  test("that was cancelled leaves nothing behind", async () => {
    const { id, job } = await begin({ format: "jsonl" });
    await cancelJob(caller, { id: jobOf(job).jobId });

    await expect(getAuditExport(caller, keyring, { id })).rejects.toMatchObject({
      code: "audit_export_not_found",
    });
    await sweepAuditExports({ system, files }, 100);
    expect(await system.auditExports.listOf(caller.person.tenantId)).toEqual([]);
  });

  test("that failed for good is told as such, and swept", async () => {
    const { id, job } = await begin({ format: "jsonl" });
    await admin.query("update burgee.audit_exports set expires_at = now() where audit_export_id = $1", [id]);

    expect(await run(job)).toBe("failed");

    expect(await jobRow(job)).toMatchObject({ error: { code: "audit_export_not_found" } });
  });

  test("is swept with its file once it has had its time", async () => {
    const { id, job } = await begin({ format: "csv" });
    await run(job);
    const { tenantId } = caller.person;
    const key = fileKeyOf({ tenantId, auditExportId: id, format: "csv" });
    await sweepAuditExports({ system, files }, 100);
    expect(await files.read(key)).toBeDefined();

    await admin.query("update burgee.audit_exports set expires_at = now() where audit_export_id = $1", [id]);
    await sweepAuditExports({ system, files }, 100);

    expect(await files.read(key)).toBeUndefined();
    expect(await system.auditExports.listOf(tenantId)).toEqual([]);
  });
});

describe("a link to a file", () => {
  let id: AuditExportId;
  let link: string;

  beforeEach(async () => {
    const begun = await begin({ format: "csv" });
    await run(begun.job);
    id = begun.id;
    link = (await getAuditExport(caller, keyring, { id })).file?.link ?? "";
  });

  test.each<[string, (url: URL) => void]>([
    ["another time", (url) => url.searchParams.set("expires", "99999999999")],
    ["another person", (url) => url.searchParams.set("by", crypto.randomUUID())],
    ["a signature with another letter", (url) => change(url, (text) => text.replace(/.$/, flipped))],
    ["half a signature", (url) => change(url, (text) => text.slice(0, 50))],
    ["another key's name", (url) => change(url, (text) => `${crypto.randomUUID()}.${text.split(".")[1]}`)],
    ["no signature", (url) => url.searchParams.set("signature", "")],
  ])("is refused with %s", async (_, alter) => {
    const url = new URL(link, "http://burgee");
    alter(url);

    await expect(open(`${url.pathname}${url.search}`)).rejects.toMatchObject({ code: "file_link_refused" });
  });

  test("leads to no other export, and to no other tenant's", async () => {
    const other = await begin({ format: "csv" });
    await run(other.job);
    const stranger = await installation.newTenant();

    const refused = { code: "file_link_refused" };
    await expect(open(link.replace(id, other.id))).rejects.toMatchObject(refused);
    const elsewhere = link.replace(caller.person.tenantId, stranger.person.tenantId);
    await expect(open(elsewhere)).rejects.toMatchObject(refused);
  });

  test("ends with its time, by the database's clock", async () => {
    const url = new URL(link, "http://burgee");
    const seconds = Number(url.searchParams.get("expires"));
    expect(seconds * 1000 - Date.now()).toBeLessThanOrEqual(3_600_000);
    const { person } = caller;
    const expires = Math.floor(Date.now() / 1000) - 1;
    const parts = ["audit-export", person.tenantId, id, person.userId, String(expires)];
    url.searchParams.set("expires", String(expires));
    url.searchParams.set("signature", await keyring.sign(person.tenantId, parts));

    await expect(open(`${url.pathname}${url.search}`)).rejects.toMatchObject({ code: "file_link_refused" });
  });

  test("ends when who made it may not read the trail any more", async () => {
    const member = await addMember(caller, "editor");
    const { file } = await getAuditExport(member, keyring, { id });
    await open(file?.link);
    await setMemberRole(caller, { userId: member.person.userId, role: "viewer" });

    await expect(open(file?.link)).rejects.toMatchObject({ code: "file_link_refused" });
  });

  test("ends with its file", async () => {
    await admin.query("update burgee.audit_exports set expires_at = now() where audit_export_id = $1", [id]);

    await expect(open(link)).rejects.toMatchObject({ code: "audit_export_not_found" });
  });

  test("is good at another node, which knows no key yet", async () => {
    const elsewhere = installation.newKeyring();

    expect(await openBy(elsewhere, link)).toMatchObject({ name: `audit-${id}.csv` });
  });
});

function begin(input: object) {
  return beginAuditExport(caller, parseInput(beginAuditExportInput, input));
}

type Begun = Awaited<ReturnType<typeof begin>>["job"];

function run(job: Begun) {
  const deps = { db, keyring, files, exportKeptMs: 3_600_000 };
  const runJob = createJobRunner({ db, jobs: [exportAudit], deps, log: SILENT });
  return runJob({ ...jobOf(job), tenantId: caller.person.tenantId }, NEVER);
}

function jobOf(job: Begun) {
  const nudged = installation.nudgedJobs.find(({ jobId }) => jobId === job.id);
  if (!nudged) throw new Error("Nobody was told of the job.");
  return { jobId: nudged.jobId, kind: job.kind };
}

async function jobRow(job: Begun) {
  const { jobId } = jobOf(job);
  return db.read(caller.person.tenantId, ({ jobs }) => jobs.find(jobId));
}

function open(link: string | undefined) {
  return openBy(keyring, link);
}

function openBy(by: typeof keyring, link = "") {
  const { pathname, searchParams } = new URL(link, "http://burgee");
  const [tenant, exported] = pathname.split("/").slice(3);
  const input = parseInput(fileLinkInput, {
    ...Object.fromEntries(searchParams),
    tenant,
    export: exported,
  });
  return openAuditExportFile({ db, keyring: by, files, requestId: "req-2" }, input);
}

function change(url: URL, alter: (signature: string) => string): void {
  url.searchParams.set("signature", alter(url.searchParams.get("signature") ?? ""));
}

/** Of a digest's last letter some bits say nothing: one that differs in another. */
function flipped(letter: string): string {
  return letter === "A" ? "g" : "A";
}

async function newest(limit: number) {
  return db.read(caller.person.tenantId, ({ audit }) => audit.list({ before: undefined, limit }));
}
