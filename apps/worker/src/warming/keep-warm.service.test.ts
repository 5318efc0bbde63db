import { randomUUID } from "node:crypto";
import {
  accessOf,
  type Caller,
  createEnvironment,
  createKeyring,
  createProject,
  createTenant,
  issueSdkKey,
  type PublisherPorts,
  publishEnvironment,
  registerUser,
} from "@burgee/core";
import { type EnvironmentId, openDatabase, openSystemDatabase, type SdkKeyId } from "@burgee/db";
import { createLogger, createMetrics, openPools, RedisSnapshots } from "@burgee/runtime";
import { createDatabase, eventually, withRedis } from "@burgee/test-support";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createWarming } from "./keep-warm.ts";

const redis = await withRedis();
const database = await createDatabase();
const log = createLogger({ level: "silent", name: "test" });
const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
const db = openDatabase(pools.app);
const system = openSystemDatabase(pools.system);
const admin = new pg.Client({ connectionString: database.url });
await admin.connect();
const keyring = createKeyring({
  dataKeys: system.dataKeys,
  keyEncryption: {
    wrap: async (dataKey) => dataKey.toString("base64"),
    unwrap: async (wrapped) => Buffer.from(wrapped, "base64"),
  },
});
const published: EnvironmentId[] = [];
const caller = await newCaller();
/** The hottest first. */
const byUse = await someEnvironments();

afterAll(async () => {
  await Promise.all([admin.end(), db.close(), system.close()]);
  await database.drop();
});
beforeEach(() => admin.query("update burgee.upkeep_turns set next_at = now()"));

test("without Redis, what waits is published at the start, the hottest first", async () => {
  const { warm } = newWorker(undefined);

  await warm();
  await warm();

  expect(published).toEqual(byUse);
});

describe.skipIf(redis.url === undefined)("with Redis", () => {
  let copies: RedisSnapshots;
  let server: Redis;

  beforeAll(async () => {
    copies = new RedisSnapshots({ url: redis.url ?? "", applicationName: "test", log });
    server = new Redis(redis.url ?? "");
    await eventually(() => copies.isWarm().then(() => true));
    await Promise.all([publishAll(undefined), server.flushall()]);
  });
  afterAll(() => {
    copies.close();
    server.disconnect();
  });

  test("it is filled after FLUSHALL, without any reader, the hottest first and at the rate", async () => {
    const { warm, outcomes } = newWorker(copies, 50);
    await warm();
    await server.flushall();
    await admin.query("update burgee.upkeep_turns set next_at = now()");

    await warm();

    const puts = await putOrder(server);
    expect(puts.map(({ environmentId }) => environmentId)).toEqual(byUse);
    // Four waits of 20 ms; the first put may have taken a while.
    expect((puts.at(-1)?.leftMs ?? 0) - (puts[0]?.leftMs ?? 0)).toBeGreaterThanOrEqual(45);
    expect(await copies.isWarm()).toBe(true);
    await warm();
    expect(await outcomes()).toEqual({ copied: 2 * byUse.length });
  });

  test("it is filled once by eight workers that start at a time", async () => {
    await server.flushall();
    const workers = Array.from({ length: 8 }, () => newWorker(copies));

    await Promise.all(workers.map(({ warm }) => warm()));

    const counts = await Promise.all(workers.map(({ outcomes }) => outcomes()));
    expect(counts.filter((each) => Object.keys(each).length > 0)).toEqual([{ copied: byUse.length }]);
    expect(await copies.isWarm()).toBe(true);
  });

  test("a worker that starts beside a warm one reads nothing from the database that is there", async () => {
    const { warm, outcomes } = newWorker(copies);

    await warm();

    expect(await outcomes()).toEqual({ ready: byUse.length });
  });

  test("a copy that somebody put there since is not replaced by an older one", async () => {
    const [first] = byUse;
    const scope = { tenantId: caller.person.tenantId, environmentId: first ?? "" };
    await server.flushall();
    const epoch = "019abb2e-5c1f-7d3a-9b60-2f4c8e17a5d0";
    await copies.put(scope, { epoch, revision: 7 }, Buffer.from("theirs"), { mayChangeEpoch: true });

    await newWorker(copies).warm();

    expect((await copies.find(scope))?.bytes.toString()).toBe("theirs");
    expect(await copies.isWarm()).toBe(true);
  });

  test("a new environment's copy is there before anybody reads it", async () => {
    await createEnvironment(caller, { project: "web", key: "fresh", name: "Fresh" });

    await publishAll(copies);

    const fresh = await environmentOf("fresh");
    const scope = { tenantId: caller.person.tenantId, environmentId: fresh };
    expect(await copies.heads([scope])).toEqual([expect.objectContaining({ revision: 1 })]);
  });
});

function portsWith(copies: RedisSnapshots | undefined): PublisherPorts {
  return {
    ...{ db, system, keyring, copies },
    announce: async () => undefined,
    onOutcome: ({ environmentId }, { outcome }) => {
      if (outcome === "published") published.push(environmentId);
    },
  };
}

function newWorker(copies: RedisSnapshots | undefined, perSecond = 10_000) {
  const metrics = createMetrics({ service: "worker", version: "test" });
  const { signal } = new AbortController();
  const publisher = { ...portsWith(copies), copies };
  const warm = createWarming({ publisher, copies, perSecond, metrics, log, signal });
  const outcomes = async () => {
    const lines = (await metrics.expose()).matchAll(/burgee_warmed_rulesets_total\{outcome="(\w+)"\} (\d+)/g);
    return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
  };
  return { warm, outcomes };
}

async function publishAll(copies: RedisSnapshots | undefined): Promise<void> {
  for (const each of await system.listUnpublished(100)) await publishEnvironment(portsWith(copies), each);
}

/** As they were put there: each is kept equally long. */
async function putOrder(server: Redis) {
  const keys = await server.keys("*:ruleset");
  const puts = await Promise.all(
    keys.map(async (key) => ({ environmentId: key.split(":")[2], leftMs: await server.pttl(key) })),
  );
  return puts.sort((one, other) => one.leftMs - other.leftMs);
}

async function newCaller(): Promise<Caller> {
  const email = `${randomUUID()}@example.com`;
  const userId = await registerUser({ system }, { email, name: "Ana", password: "correct horse battery" });
  const { tenantId } = await createTenant(
    { db, system },
    { name: "Acme", ownerId: userId, requestId: "test" },
  );
  const caller: Caller = {
    ...{ db, system, requestId: "test", traceparent: null },
    person: { tenantId, userId, access: accessOf("owner"), home: undefined },
    nudge: () => undefined,
    announceKey: () => undefined,
    scheduleStep: () => undefined,
    scheduleChange: () => undefined,
    nudgeJob: () => undefined,
  };
  await createProject(caller, { key: "web", name: "Web" });
  return caller;
}

/** Five of which three tell of themselves, another has a key in use, and one is used by nobody; made in another order. */
async function someEnvironments(): Promise<readonly EnvironmentId[]> {
  const batches: Readonly<Record<string, number>> = { cold: 0, hottest: 5, keyed: 0, warm: 1, hot: 3 };
  for (const [key, count] of Object.entries(batches)) {
    await createEnvironment(caller, { project: "web", key, name: key });
    const { id } = await issueSdkKey(caller, { project: "web", environment: key, kind: "srv", name: key });
    for (let at = 0; at < count; at++) await tell(await environmentOf(key), id);
    if (key === "keyed") {
      await admin.query("update burgee.sdk_keys set last_used_at = now() where sdk_key_id = $1", [id]);
    }
  }
  return Promise.all(["hottest", "hot", "warm", "keyed", "cold"].map(environmentOf));
}

async function tell(environmentId: EnvironmentId, sdkKeyId: string): Promise<void> {
  await db.transact(caller.person.tenantId, ({ usage }) =>
    usage.add({
      ...{ batchId: randomUUID(), environmentId, sdkKeyId: sdkKeyId as SdkKeyId, applied: null },
      sdk: { name: "js-server", version: "0.1.0" },
      ...{ counts: [], events: [], unknownKeys: [], dropped: { evaluations: 0, events: 0 } },
    }),
  );
}

async function environmentOf(key: string): Promise<EnvironmentId> {
  const found = await db.read(caller.person.tenantId, async ({ projects, environments }) => {
    const project = await projects.findByKey("web");
    return project && environments.findByKey(project.projectId, key);
  });
  if (!found) throw new Error(`There is no environment ${key}.`);
  return found.environmentId;
}
