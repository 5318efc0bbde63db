import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AuditExportFormat,
  type AuditExportId,
  type AuditFilter,
  type Database,
  newId,
  type TenantId,
} from "@burgee/db";
import { openFileStore } from "@burgee/runtime";
import { withS3 } from "@burgee/test-support";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { install } from "../../test/installation.ts";
import { addEntries, storedEntries } from "../../test/seeded-chain.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { type ExportFiles, fileKeyOf } from "./export-files.ts";
import { linesOf } from "./lines-of.ts";
import { runAuditExport } from "./run-audit-export.ts";
import { verifyAuditExport } from "./verify-audit-export.ts";

const ENTRIES = 60;
const KEPT_MS = 60_000;
const installation = await install();
const folder = mkdtempSync(join(tmpdir(), "burgee-exports-"));
const s3 = await withS3();
for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
const stores = {
  folder: openFileStore({ fileStore: folder, s3Endpoint: undefined }),
  S3: openFileStore({ fileStore: `s3://${s3.bucket}/x`, s3Endpoint: s3.endpoint }),
};
let db: Database;
let tenantId: TenantId;

beforeAll(onNewTrail);
afterAll(async () => {
  await installation.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["folder", "S3"] as const)("an export to a store that is a %s", (kind) => {
  const store = stores[kind];

  test.each(["jsonl", "csv"] as const)(
    "holds every entry of the trail as %s, and knows its hash",
    async (format) => {
      const id = await begin({ format });

      const { entries, bytes, sha256 } = await run(store, id);

      const content = await contentOf(store, id, format);
      expect({ entries, bytes }).toEqual({ entries: ENTRIES, bytes: content.length });
      expect(sha256).toEqual(createHash("sha256").update(content).digest());
    },
  );

  test("is the same to the byte wherever its process died, and however often", {
    timeout: 120_000,
  }, async () => {
    const undisturbed = await begin({});
    const { calls } = await counting(store, undisturbed);
    const expected = await contentOf(store, undisturbed);

    expect(calls).toBeGreaterThan(5);
    for (let dies = 0; dies < calls; dies++) {
      for (const when of ["before", "after"] as const) {
        const id = await begin({});
        await expect(run(dying(store, dies, when), id)).rejects.toThrow("kill -9");
        const { sha256 } = await run(store, id);
        expect(expected.equals(await contentOf(store, id))).toBe(true);
        expect(sha256).toEqual(createHash("sha256").update(expected).digest());
      }
    }
  });

  test("begins anew where what was written is gone", async () => {
    const undisturbed = await begin({});
    await run(store, undisturbed);
    const id = await begin({});
    await expect(run(dying(store, 3, "after"), id)).rejects.toThrow();
    const upload = await db.read(tenantId, ({ auditExports }) => auditExports.find(id));
    if (!upload?.checkpoint) throw new Error("Nothing was noted.");
    await store.abort(fileKeyOf({ tenantId, auditExportId: id, format: "jsonl" }), upload.checkpoint.upload);

    await run(store, id);

    expect((await contentOf(store, undisturbed)).equals(await contentOf(store, id))).toBe(true);
  });
});

describe("an export", () => {
  const store = stores.folder;

  test("is found good without a database, whole or by a filter", async () => {
    const whole = await begin({});
    const filtered = await begin({ filter: { action: "toggle.enabled" } });
    await run(store, whole);
    await run(store, filtered);

    expect(await verified(whole)).toMatchObject({ isWhole: true, verified: ENTRIES, fault: undefined });
    const { verified: count, ...report } = await verified(filtered);
    expect(report).toMatchObject({ isWhole: false, fault: undefined });
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(ENTRIES);
  });

  test.each<[string, AuditFilter]>([
    ["an actor", { actor: "system" }],
    ["an object's kind", { objectKind: "toggle" }],
    ["a project", { project: "web" }],
    ["an environment", { environment: "production" }],
    ["nothing that there is", { actor: "user:nobody" }],
    ["a time", { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) }],
  ])("by %s has what a list by it has", async (_, filter) => {
    const id = await begin({ filter });

    await run(store, id);

    const listed = await db.read(tenantId, ({ audit }) =>
      audit.list({ filter, before: undefined, limit: 1_000 }),
    );
    expect(await seqsOf(id)).toEqual(listed.map(({ seq }) => seq).toReversed());
  });

  test("ends with the entry that was the last when it was asked for", async () => {
    await onNewTrail();
    const id = await begin({});
    await addEntries(db, tenantId, 10);

    await run(store, id);

    expect(await seqsOf(id)).toHaveLength(ENTRIES);
  });

  test("of long entries takes few of them at a time", async () => {
    await onNewTrail();
    const long = { text: Array.from({ length: 4_000 }, () => Math.random()) };
    await db.transact(tenantId, async (writers) => {
      for (let number = 0; number < 5; number++)
        await appendEntry(writers, tenantId, { actor: "system", action: "a", object: "o/1", after: long });
    });
    const id = await begin({});
    const reports: number[] = [];

    await runAuditExport(
      {
        ...depsOf(store),
        report: ({ lookedAt }) => void reports.push(lookedAt),
        piece: { mostLookedAt: 1_000, mostBytes: 60_000 },
      },
      tenantId,
      id,
    );

    expect(reports.length).toBeGreaterThanOrEqual(5);
    expect(await verified(id)).toMatchObject({ verified: ENTRIES + 5, fault: undefined });
  });

  test("says how far it is, in entries", async () => {
    await onNewTrail();
    const id = await begin({ filter: { actor: "user:3" } });
    const reports: object[] = [];

    await runAuditExport(
      { ...depsOf(store), report: (progress) => void reports.push(progress) },
      tenantId,
      id,
    );

    expect(reports[0]).toEqual({ lookedAt: 7, last: ENTRIES, entries: expect.any(Number) });
    expect(reports.at(-1)).toMatchObject({ lookedAt: ENTRIES, last: ENTRIES });
  });

  test("that two write at once is written by one of them, and whole", async () => {
    const id = await begin({});

    const outcomes = await Promise.allSettled([run(store, id), run(store, id)]);

    const failed = outcomes.filter(({ status }) => status === "rejected");
    expect(failed.map((each) => "reason" in each && each.reason.name)).toEqual(
      failed.map(() => "ExportTakenOverError"),
    );
    expect(failed.length).toBeLessThan(2);
    expect(await verified(id)).toMatchObject({ verified: ENTRIES, fault: undefined });
  });

  test("stops between two pieces when nobody wants it any more", async () => {
    const id = await begin({});
    const stop = new AbortController();

    const running = runAuditExport(
      { ...depsOf(store), signal: stop.signal, report: () => stop.abort(new Error("cancelled")) },
      tenantId,
      id,
    );

    await expect(running).rejects.toThrow("cancelled");
  });

  test("that was given up while it began anew leaves nothing of that behind", async () => {
    const id = await begin({});
    const aborted: string[] = [];
    const files: ExportFiles = {
      ...store,
      begin: async (key) => {
        await db.transact(tenantId, ({ auditExports }) => auditExports.giveUp(id));
        return store.begin(key);
      },
      abort: async (key, upload) => {
        aborted.push(key);
        await store.abort(key, upload);
      },
    };

    await expect(run(files, id)).rejects.toMatchObject({ name: "ExportTakenOverError" });

    expect(aborted).toEqual([fileKeyOf({ tenantId, auditExportId: id, format: "jsonl" })]);
  });

  test("that is done is not written again, and one that had its time is not there", async () => {
    const id = await begin({});
    const first = await run(store, id);
    const forgotten = await begin({ keptMs: 0 });

    expect(await run(store, id)).toEqual(first);
    await expect(run(store, forgotten)).rejects.toMatchObject({ code: "audit_export_not_found" });
  });
});

describe("an export as CSV", () => {
  beforeAll(onNewTrail);

  test("is read back by a parser, and has no cell that a spreadsheet would calculate", async () => {
    const full = ["\uff1d1", "\uff0b1", "\uff0d1", "\uff201"];
    const live = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '="a"&"b"', ...full];
    const texts = [...live, 'say "hi", then\nleave', "plain"];
    await db.transact(tenantId, async (writers) => {
      for (const text of texts)
        await appendEntry(writers, tenantId, {
          actor: "system",
          action: text,
          object: `o/${text}`,
          requestId: text,
        });
    });
    const id = await begin({ format: "csv", filter: { actor: "system", objectKind: "o" } });

    await run(stores.folder, id);

    const content = await contentOf(stores.folder, id, "csv");
    const rows: Record<string, string>[] = parse(content, { columns: true });
    const safe = texts.map((text) => (live.includes(text) ? `'${text}` : text));
    expect(rows.map(({ action }) => action)).toEqual(safe);
    expect(rows.map(({ request_id }) => request_id)).toEqual(safe);
    const [header = ""] = content.toString().split("\r\n");
    expect(header).toContain("seq,at,actor,action,object,project,environment,");
    expect(header).toContain(`audit export of ${tenantId}, entries up to ${ENTRIES + texts.length}`);
  });

  test("has the states as JSON, and places by their keys", async () => {
    const id = await begin({ format: "csv" });
    await run(stores.folder, id);

    const rows: Record<string, string>[] = parse(await contentOf(stores.folder, id, "csv"), {
      columns: true,
    });
    const stored = await storedEntries(db, tenantId);
    expect(rows.map(({ seq, hash }) => [seq, hash])).toEqual(
      stored.map(({ seq, hash }) => [String(seq), hash.toString("hex")]),
    );
    expect(JSON.parse(rows[ENTRIES - 1]?.after ?? "")).toEqual(stored[ENTRIES - 1]?.after);
    expect(rows.some(({ project, environment }) => project === "web" && environment === "production")).toBe(
      true,
    );
  });
});

async function onNewTrail(): Promise<void> {
  const { db: door, person } = await installation.newTenant();
  db = door;
  tenantId = person.tenantId;
  await addEntries(db, tenantId, ENTRIES - 3);
}

interface Begun {
  readonly format?: AuditExportFormat;
  readonly filter?: AuditFilter;
  readonly keptMs?: number;
}

async function begin({ format = "jsonl", filter = {}, keptMs = KEPT_MS }: Begun): Promise<AuditExportId> {
  const auditExportId = newId<AuditExportId>();
  await db.transact(tenantId, async ({ audit, auditExports }) => {
    const last = await audit.lockHead();
    await auditExports.begin({ auditExportId, format, filter, last, createdBy: "system", keptMs });
  });
  return auditExportId;
}

function depsOf(files: ExportFiles) {
  return {
    db,
    files: { ...files, partBytes: 4_000 },
    report: () => undefined,
    signal: new AbortController().signal,
    keptMs: KEPT_MS,
    piece: { mostLookedAt: 7, mostBytes: 1_000_000 },
  };
}

function run(files: ExportFiles, id: AuditExportId) {
  return runAuditExport(depsOf(files), tenantId, id);
}

/** How often an export asks the store to do something. */
async function counting(files: ExportFiles, id: AuditExportId) {
  let calls = 0;
  await run(
    through(files, async (work) => {
      calls += 1;
      return work();
    }),
    id,
  );
  return { calls };
}

/** A process that dies at one of its calls of the store, before that one did anything or after it did all. */
function dying(files: ExportFiles, at: number, when: "before" | "after"): ExportFiles {
  let calls = 0;
  return through(files, async (work) => {
    const isIts = calls++ === at;
    if (isIts && when === "before") throw new Error("kill -9");
    const done = await work();
    if (isIts) throw new Error("kill -9");
    return done;
  });
}

function through(files: ExportFiles, around: <T>(work: () => Promise<T>) => Promise<T>): ExportFiles {
  return {
    ...files,
    begin: (key) => around(() => files.begin(key)),
    append: (key, upload, part) => around(() => files.append(key, upload, part)),
    complete: (key, upload) => around(() => files.complete(key, upload)),
  };
}

async function contentOf(
  files: ExportFiles,
  auditExportId: AuditExportId,
  format: AuditExportFormat = "jsonl",
) {
  const chunks = await files.read(fileKeyOf({ tenantId, auditExportId, format }));
  if (!chunks) throw new Error("There is no file.");
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
}

async function verified(auditExportId: AuditExportId) {
  const chunks = await stores.folder.read(fileKeyOf({ tenantId, auditExportId, format: "jsonl" }));
  if (!chunks) throw new Error("There is no file.");
  return verifyAuditExport(linesOf(chunks));
}

async function seqsOf(id: AuditExportId): Promise<readonly number[]> {
  const lines = (await contentOf(stores.folder, id)).toString().trim().split("\n");
  return lines.slice(1, -1).map((line) => JSON.parse(line).seq);
}
