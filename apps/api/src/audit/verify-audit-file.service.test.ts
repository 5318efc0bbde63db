import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileKeyOf, runAuditExport } from "@burgee/core";
import { type AuditExportId, type AuditFilter, newId } from "@burgee/db";
import { openLocalFiles, systemClock } from "@burgee/runtime";
import { createDatabase, startProcess, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import { verifyAuditFile } from "./verify-audit-file.ts";

const folder = mkdtempSync(join(tmpdir(), "burgee-export-"));
let database: TestDatabase;
let api: TestApi;
let tenant: TestTenant;
let whole: string;
let some: string;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  tenant = await api.addTenant();
  whole = await exported({});
  some = await exported({ objectKind: "project" });
});
afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test("a whole export is found intact by a process that reaches no database", async () => {
  const { code, lines } = await runProcess([whole]);

  const { tenantId } = tenant.caller.person;
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(
        `: \\d+ entries, the whole trail of ${tenantId} up to entry \\d+, intact \\([\\d,]+ rows/s\\)$`,
      ),
    ),
    expect.stringMatching(/^ {2}It ends with the hash [0-9a-f]{64}\.$/),
  ]);
  expect(code).toBe(0);
});

test("of an export by a filter it says what can't be shown", async () => {
  const { code, lines } = await run(some);

  expect(lines[1]).toBe(
    '  They are those for which {"objectKind":"project"}. Whether all of these are there a file can\'t show.',
  );
  expect(code).toBe(0);
});

test("the first bad entry is named", async () => {
  const bad = join(folder, "bad.jsonl");
  writeFileSync(bad, readFileSync(whole, "utf8").replace(/("seq":3,.*?"actor":)"[^"]*"/, '$1"user:mallory"'));

  expect(await run(bad)).toEqual({
    code: 1,
    lines: [
      `✗ ${bad}: entry 3 is bad (hash). Its content is not what its hash was made of. What comes before it is intact.`,
    ],
  });
});

test.each<[string, () => string, number, string]>([
  ["a file that is not there", () => join(folder, "none.jsonl"), 2, "none.jsonl can't be read: ENOENT"],
  ["what is no export", () => join(import.meta.dirname, "verify-audit.ts"), 1, "line 1 is bad (form)"],
])("%s is told of", async (_, path, code, line) => {
  const outcome = await run(path());

  expect(outcome.lines[0]).toContain(line);
  expect(outcome.code).toBe(code);
});

test("a file that is to be signed by a key is held to that", async () => {
  const key = "A".repeat(43);
  const { code, lines } = await runProcess([whole, "--key", key]);

  expect(lines.at(-1)).toContain(`is bad (signature). It is not signed by ${key}.`);
  expect(code).toBe(1);
});

test("two files are refused", async () => {
  const { code, lines } = await runProcess([whole, some]);

  expect(lines[0]).toContain("npm run audit:verify -- FILE");
  expect(code).toBe(2);
});

async function exported(filter: AuditFilter): Promise<string> {
  const { db, person } = tenant.caller;
  const { tenantId } = person;
  const auditExportId = newId<AuditExportId>();
  const wanted = { auditExportId, format: "jsonl", filter, createdBy: "system", keptMs: 60_000 } as const;
  await db.transact(tenantId, async ({ audit, auditExports }) => {
    await auditExports.begin({ ...wanted, last: await audit.lockHead() });
  });
  const files = openLocalFiles(folder);
  const signal = new AbortController().signal;
  await runAuditExport(
    { db, files, report: () => undefined, signal, keptMs: 60_000 },
    tenantId,
    auditExportId,
  );
  return join(folder, ...fileKeyOf({ tenantId, auditExportId, format: "jsonl" }).split("/"));
}

async function run(path: string) {
  const lines: string[] = [];
  const code = await verifyAuditFile({ clock: systemClock, print: (line) => lines.push(line) }, path);
  return { code, lines };
}

async function runProcess(args: readonly string[]) {
  const env = { NODE_OPTIONS: "--conditions=burgee:source" };
  const verifying = startProcess("apps/api/src/commands/verify-audit-file.ts", env, args);
  const { code } = await verifying.exited;
  return { code, lines: verifying.lines };
}
