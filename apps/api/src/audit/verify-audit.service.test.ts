import { randomBytes, randomUUID } from "node:crypto";
import { createDatabase, startProcess, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import { verifyAudit } from "./verify-audit.ts";

let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let intact: TestTenant;
let bad: TestTenant;
const badName = `Bad ${randomUUID()}`;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  api = await startApi(database);
  intact = await api.addTenant();
  bad = await api.addTenant();
  await admin.query("set session_replication_role = replica");
  await admin.query("update burgee.audit_entries set actor = 'user:x' where tenant_id = $1 and seq = 3", [
    idOf(bad),
  ]);
  await admin.query("update burgee.tenants set name = $2 where tenant_id = $1", [idOf(bad), badName]);
});
afterAll(async () => {
  await api.close();
  await admin.end();
  await database.drop();
});

const idOf = ({ caller }: TestTenant) => caller.person.tenantId;

test("a tenant's trail is found intact, with its speed", async () => {
  const { code, lines } = await run([idOf(intact)]);

  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^✓ Acme \\(${idOf(intact)}\\): \\d+ entries, intact \\([\\d,]+ rows/s\\)$`),
    ),
    "1 of 1 audit trails are intact.",
  ]);
  expect(code).toBe(0);
});

test("the first bad entry is named, for a tenant given by its name", async () => {
  const { code, lines } = await run([badName]);

  expect(lines).toEqual([
    `✗ ${badName} (${idOf(bad)}): entry 3 is bad (hash). Its content is not what its hash was made of. What comes before it is intact.`,
    "0 of 1 audit trails are intact.",
  ]);
  expect(code).toBe(1);
});

test("all trails are verified, also after a bad one", async () => {
  const { code, lines } = await run(["all"]);

  expect(lines.filter((line) => line.startsWith("✓"))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("✗"))).toHaveLength(1);
  expect(lines.at(-1)).toBe("1 of 2 audit trails are intact.");
  expect(code).toBe(1);
});

test("the trail of a tenant that is being erased is no fault, and one that only waits for it is verified", async () => {
  const [waiting, going] = [await api.addTenant(), await api.addTenant()];
  for (const [{ caller }, delayMs] of [
    [waiting, 3_600_000],
    [going, 0],
  ] as const) {
    await caller.db.transactAlone(caller.person.tenantId, ({ deletions }) =>
      deletions.request({ receiptHash: randomBytes(32), delayMs }),
    );
  }
  const { erasures } = going.caller.system;
  await erasures.begin(idOf(going));
  let part = "";
  while (part !== "audit_entries") {
    const batch = await erasures.eraseSome(idOf(going), 1);
    if (batch.outcome !== "erased") throw new Error("Nothing of the audit trail was erased.");
    part = batch.part;
  }

  expect(await run([idOf(waiting)])).toMatchObject({ code: 0 });
  expect(await run([idOf(going)])).toEqual({
    code: 0,
    lines: [
      `- Acme (${idOf(going)}): is being erased, its audit trail with it.`,
      "0 of 0 audit trails are intact.",
    ],
  });
});

test("it says how far it is, once a second", async () => {
  const lines: string[] = [];
  let nowMs = 0;
  const clock = {
    monotonicMs: () => {
      nowMs += 1_100;
      return nowMs;
    },
  };
  const { db, system } = intact.caller;

  await verifyAudit({ db, system, clock, print: (line) => lines.push(line) }, [idOf(intact)]);

  expect(lines[0]).toMatch(/^ {2}Acme \(.*\): \d+ entries so far, \d+ rows\/s$/);
});

test.each<[string, readonly string[], string]>([
  ["nobody", [], "npm run audit:verify -- all"],
  ["more than one", ["all", "all"], "npm run audit:verify -- all"],
  ["an unknown tenant", ["Nobody"], "There is no tenant Nobody; give a tenant's id or name."],
])("%s is refused, and nothing is verified", async (_, args, line) => {
  const { code, lines } = await run(args);

  expect(lines[0]).toContain(line);
  expect(code).toBe(2);
});

test("says in one line that it can't reach the database, and shows no password", async () => {
  const { code, lines } = await run(["all"], "postgres://ada:secret@127.0.0.1:1/burgee");

  expect(lines).toEqual([
    "The audit trails were not verified: connect ECONNREFUSED 127.0.0.1:1 (ECONNREFUSED).",
  ]);
  expect(code).toBe(2);
});

async function run(args: readonly string[], url = database.url) {
  const env = { NODE_OPTIONS: "--conditions=burgee:source", DATABASE_URL: url };
  const verifying = startProcess("apps/api/src/commands/verify-audit.ts", env, args);
  const { code } = await verifying.exited;
  return { code, lines: verifying.lines };
}
