import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createDatabase,
  eventually,
  filesIn,
  keptIn,
  startEdge,
  storeIn,
  type TestDatabase,
  type TestEdge,
} from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let folder: string;
let edges: TestEdge[];

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "burgee-edge-"));
  edges = [];
});
afterEach(async () => {
  await Promise.all(edges.map(({ process }) => process.kill("SIGKILL")));
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<TestEdge> {
  const edge = await startEdge(database.url, folder, env);
  edges.push(edge);
  return edge;
}

test("what an edge keeps is this user's alone, and holds no key; the file of the key that unseals is not opened", async () => {
  const edge = await start();
  for (const key of [acme.serverKey, acme.clientKey, acme.personalKey]) await edge.evaluate(key);
  await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 2 }));
  const ending = await edge.process.kill("SIGTERM");

  expect(ending).toEqual({ code: 0, signal: null });
  expect(existsSync(join(folder, "key"))).toBe(false);
  const files = filesIn(storeIn(folder));
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual(files.map(() => 0o600));
  expect(statSync(storeIn(folder)).mode & 0o777).toBe(0o700);
  const text = files.map((file) => readFileSync(file, "latin1")).join("\n");
  for (const key of [acme.serverKey, acme.clientKey, acme.personalKey]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(key.slice(7, -7));
  }
});

test("a store in which every file is broken keeps no edge from starting, and is made good", async () => {
  const before = await start();
  await before.evaluate(acme.serverKey);
  await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 1 }));
  await before.process.kill("SIGKILL");
  for (const file of filesIn(storeIn(folder))) writeFileSync(file, "poison");
  writeFileSync(join(storeIn(folder), "not-ours"), "");

  const edge = await start();
  await eventually(async () => expect((await edge.evaluate(acme.serverKey)).status).toBe(200));
  await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 1 }));
  expect(edge.process.lines.filter((line) => line.includes("passed over")).length).toBeGreaterThan(1);
});

test("a folder that can't be used is told of as an error, and the edge serves", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");

  const edge = await start({ BURGEE_EDGE_STORE: join(file, "store") });

  await edge.process.line(/BURGEE_EDGE_STORE can't be used/);
  await eventually(async () => expect((await edge.evaluate(acme.serverKey)).status).toBe(200));
});

test("a node whose store is off, and one of the role admin, write nothing", async () => {
  const off = await start({ BURGEE_EDGE_STORE: "off" });
  const admin = await start({ BURGEE_ROLE: "admin", BURGEE_KEY_FILE: api.keyFile });
  await off.evaluate(acme.serverKey);
  await admin.get("/v1/toggles/x?userId=ada", acme.serverKey);
  for (const { process } of [off, admin]) await process.kill("SIGTERM");

  expect(existsSync(storeIn(folder))).toBe(false);
});
