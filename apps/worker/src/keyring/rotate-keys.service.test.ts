import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyring } from "@burgee/core";
import { openSystemDatabase, seedPlace } from "@burgee/db";
import { createLogger, openLocalKeyEncryption, openPools } from "@burgee/runtime";
import { createDatabase, startProcess, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: TestDatabase;
let admin: pg.Client;
const folder = mkdtempSync(join(tmpdir(), "burgee-rotate-"));
const keyFile = join(folder, "key");

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("the command seals everything by a new key at once, and the old one goes an hour later", async () => {
  const log = createLogger({ level: "silent", name: "test" });
  const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
  const system = openSystemDatabase(pools.system);
  const keyEncryption = await openLocalKeyEncryption(keyFile);
  const keyring = () => createKeyring({ dataKeys: system.dataKeys, keyEncryption });
  const userId = await system.credentials.createUser({ email: "a@b.c", name: "Ada", passwordHash: "none" });
  if (!userId) throw new Error("The address is taken.");
  const place = seedPlace(userId, 1);
  const before = await keyring().seal(place, "swordfish");
  await system.secondFactors.begin(userId, { version: 1, sealedSeed: before });

  expect(await rotate()).toContain("A replaced data key.");
  const sealed = (await system.secondFactors.find(userId))?.sealedSeed ?? "";
  expect(sealed.split("|")[1]).not.toBe(before.split("|")[1]);
  expect(await keyring().open(place, sealed)).toBe("swordfish");
  expect(await countKeys()).toBe(2);

  await admin.query(
    "update burgee.data_keys set replaced_at = now() - interval '1 hour' where replaced_at is not null",
  );
  await rotate();
  expect(await countKeys()).toBe(2);
  await Promise.all([system.close(), pools.app.end()]);
});

test("the command makes no key file: a name that was mistyped is told of", async () => {
  const mistyped = join(folder, "kye");

  expect(await run(database.url, mistyped)).toEqual({
    code: 2,
    lines: [expect.stringContaining(`There is no key file ${mistyped}.`)],
  });
  expect(existsSync(mistyped)).toBe(false);
});

test("the worker makes no key file either, once something is sealed", async () => {
  const missed = join(folder, "missed");

  const worker = startProcess("apps/worker/src/main.ts", environmentOf(database.url, missed));

  expect(await worker.exited).toMatchObject({ code: 2 });
  expect(worker.lines.join()).toContain(`There is no key file ${missed}.`);
  expect(existsSync(missed)).toBe(false);
});

test("the command goes on past a key that does not open, and ends with 2", async () => {
  const { rows } = await admin.query(
    "select wrapped, data_key_id from burgee.data_keys where replaced_at is null",
  );
  await admin.query("update burgee.data_keys set wrapped = 'nothing' where replaced_at is null");

  const { code, lines } = await run(database.url);

  expect(code).toBe(2);
  expect(lines.join()).toContain(`1 data keys do not open by ${keyFile}`);
  await admin.query("update burgee.data_keys set wrapped = $1 where data_key_id = $2", [
    rows[0].wrapped,
    rows[0].data_key_id,
  ]);
});

test("the command says in one line that it can't reach the database, and shows no password", async () => {
  expect(await run("postgres://ada:secret@127.0.0.1:1/burgee")).toEqual({
    code: 2,
    lines: [
      "The rotation stopped: connect ECONNREFUSED 127.0.0.1:1 (ECONNREFUSED). Run it again, and it goes on where it was.",
    ],
  });
});

async function rotate(): Promise<string> {
  const { code, lines } = await run(database.url);
  expect([code, lines]).toEqual([0, expect.any(Array)]);
  return lines.join("\n");
}

async function run(url: string, file = keyFile) {
  const command = startProcess("apps/worker/src/commands/rotate-keys.ts", environmentOf(url, file));
  const { code } = await command.exited;
  return { code, lines: command.lines };
}

function environmentOf(url: string, file: string) {
  return { NODE_OPTIONS: "--conditions=burgee:source", DATABASE_URL: url, BURGEE_KEY_FILE: file };
}

async function countKeys(): Promise<number> {
  const { rows } = await admin.query("select count(*)::int as keys from burgee.data_keys");
  return rows[0].keys;
}
