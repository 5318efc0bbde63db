import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signIn } from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi } from "../../test/start-api.ts";
import { readDemoFile } from "./demo-file.ts";
import { type SeedDeps, seedDemo } from "./seed-demo.ts";

let database: TestDatabase;
let deps: SeedDeps;
let api: TestApi;
let folder: string;
let demoFile: string;

beforeEach(async () => {
  database = await createDatabase();
  const urls = {
    databaseUrl: database.url,
    appDatabaseUrl: database.appUrl,
    systemDatabaseUrl: database.systemUrl,
  };
  const log = createLogger({ level: "silent", name: "seed" });
  const pools = openPools(urls, { applicationName: "seed-test", log });
  deps = { db: openDatabase(pools.app), system: openSystemDatabase(pools.system) };
  api = await startApi(database);
  folder = mkdtempSync(join(tmpdir(), "burgee-demo-"));
  demoFile = join(folder, "private", "demo.json");
});
afterEach(async () => {
  await api.close();
  await Promise.all([deps.db.close(), deps.system.close()]);
  await database.drop();
  rmSync(folder, { recursive: true });
});

const seed = (baseUrl = "http://localhost:4000") => seedDemo(deps, { demoFile, baseUrl });

async function readFile() {
  const access = await readDemoFile(demoFile);
  if (!access) throw new Error("There is no file.");
  return access;
}

async function listKeys() {
  const { personalKey } = await readFile();
  const { body } = await api.request("GET", "/v1/toggles", { key: personalKey });
  return body;
}

describe("the demo", () => {
  test("is a tenant with toggles and keys, told to its owner only", async () => {
    await seed();
    await api.publish();

    const { personalKey, sdkKey, ...told } = await readFile();
    const list = await api.request("GET", "/v1/toggles", { key: personalKey });
    const ruleset = await api.request("GET", "/v1/ruleset", { key: sdkKey });

    expect(told).toEqual({
      tenant: "Acme",
      email: "demo@burgee.local",
      password: expect.stringMatching(/^.{12,}$/),
      baseUrl: "http://localhost:4000",
      project: "web",
      environment: "production",
    });
    expect(statSync(demoFile).mode & 0o777).toBe(0o600);
    expect(list).toMatchObject({ status: 200, body: { items: Array(7).fill({}) } });
    expect(ruleset).toMatchObject({ status: 200, body: { project: "web", environment: "production" } });
  });

  test("shows a segment, a split, a prerequisite and JSON", async () => {
    await seed();
    await api.publish();

    const { sdkKey } = await readFile();
    const ask = async (search: string) =>
      (await api.request("GET", `/v1/toggles/${search}`, { key: sdkKey })).body;

    expect(await ask("search_ranking?userId=asha")).toMatchObject({
      value: "semantic",
      reason: "TARGETING_MATCH",
    });
    expect(await ask("search_ranking?userId=bram")).toMatchObject({ reason: "SPLIT" });
    expect(await ask("delivery_slots?region=NL")).toMatchObject({ value: true });
    expect(await ask("delivery_slots?region=US")).toMatchObject({ value: false, reason: "DISABLED" });
    expect(await ask("cart_limits?plan=business")).toMatchObject({ value: { items: 100, giftWrap: true } });
  });

  test("is left alone where its keys still hold, but for the address", async () => {
    await seed();
    const first = readFileSync(demoFile, "utf8");

    await seed();
    const second = readFileSync(demoFile, "utf8");
    await seed("http://localhost:5000");

    expect(second).toBe(first);
    expect(await readFile()).toEqual({ ...JSON.parse(first), baseUrl: "http://localhost:5000" });
  });

  test("gets new keys where the file is gone, and keeps its toggles", async () => {
    await seed();
    const before = { access: await readFile(), toggles: await listKeys() };
    rmSync(demoFile);

    await seed();

    const access = await readFile();
    expect(access.personalKey).not.toBe(before.access.personalKey);
    await expect(
      signIn({ ...deps, requestId: "r", onUnrecorded: () => undefined }, { ...access, address: undefined }),
    ).resolves.toMatchObject({ status: "signed_in" });
    expect(await listKeys()).toEqual(before.toggles);
  });

  test.each(["", "{}", '{"personalKey":"bg_pat_x"}'])(
    "is made where the file holds %j, which is none of ours",
    async (text) => {
      await seed();
      writeFileSync(demoFile, text);

      await seed();

      expect(await readFile()).toMatchObject({ tenant: "Acme" });
    },
  );
});
