import { encodeKeyHint, issueSdkKey, revokeSdkKey, rotateSdkKey } from "@burgee/core";
import type { SdkKeyId } from "@burgee/db";
import {
  createDatabase,
  eventually,
  openLine,
  startProcess,
  type TestDatabase,
  withRedis,
} from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStream, type TestStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const redis = await withRedis();
const BOUND_MS = 5_000;
let database: TestDatabase;
/** Publishes, and makes tenants. */
let api: TestApi;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe("a key that ends at one process", () => {
  const buses: readonly [string, Record<string, string>][] = [
    ...(redis.url === undefined
      ? []
      : [["Redis", { REDIS_URL: redis.url }] satisfies [string, Record<string, string>]]),
    ["a Redis that is away", { REDIS_URL: "redis://127.0.0.1:1" }],
    ["PostgreSQL alone", {}],
  ];

  test.each(buses)(
    "is over at every other within five seconds, silent streams included, with %s",
    { timeout: 60_000 },
    async (_, env) => {
      const [here, there] = await Promise.all([startNode(env), startNode(env)]);
      const acme = await api.addTenant();
      const streams = await Promise.all([acme.serverKey, acme.clientKey].map((key) => follow(there, key)));
      for (const stream of streams) await eventually(() => expect(stream.events.length).toBeGreaterThan(1));
      const ids = await keysOf(acme);

      for (const kind of ["srv", "cli"] as const) {
        const answer = await fetch(`${here}/trpc/sdkKeys.revoke`, {
          method: "POST",
          headers: { authorization: `Bearer ${acme.personalKey}`, "content-type": "application/json" },
          body: JSON.stringify({ id: ids[kind] }),
        });
        expect(answer.status).toBe(200);
      }
      const revokedMs = performance.now();
      await eventually(() => expect(streams.every((stream) => stream.isClosed())).toBe(true), {
        timeoutMs: 10_000,
      });

      expect(performance.now() - revokedMs).toBeLessThan(BOUND_MS);
      for (const stream of streams) expect(stream.events.at(-1)?.data).toContain("key_revoked");
      const again = [acme.serverKey, acme.clientKey].map((key) => evaluate(there, key));
      for (const { status } of await Promise.all(again)) expect(status).toBe(401);
    },
  );
});

test("a thousand streams of twenty keys end within five seconds, without any hint", {
  timeout: 60_000,
}, async () => {
  const node = await startApi(database, { streamLimits: { acceptsPerSecond: 10_000 } });
  open.push(node);
  const acme = await api.addTenant();
  const scope = { project: "web", environment: "production" };
  const issue = (n: number) => issueSdkKey(acme.caller, { ...scope, kind: "srv", name: `Shop ${n}` });
  const keys = await Promise.all(Array.from({ length: 20 }, (_, n) => issue(n)));
  const streams = await Promise.all(
    keys.flatMap(({ key }) => Array.from({ length: 50 }, () => follow(node.baseUrl, key))),
  );
  await eventually(() => expect(streams.every(({ events }) => events.length > 1)).toBe(true), {
    timeoutMs: 20_000,
  });

  for (const { id } of keys) await revokeSdkKey(acme.caller, { id: id as SdkKeyId });
  const revokedMs = performance.now();
  await eventually(() => expect(streams.filter((stream) => !stream.isClosed())).toHaveLength(0), {
    timeoutMs: 10_000,
  });

  expect(performance.now() - revokedMs).toBeLessThan(BOUND_MS);
});

describe("a stream", () => {
  test("ends at once when the bus tells of its key, and others stay", async () => {
    const node = await startQuiet();
    const [acme, other] = [await api.addTenant(), await api.addTenant()];
    const [ended, stays] = [
      await follow(node.baseUrl, acme.serverKey),
      await follow(node.baseUrl, other.serverKey),
    ];
    await eventually(() => expect([ended, stays].every(({ events }) => events.length > 1)).toBe(true));
    const { srv: sdkKeyId } = await keysOf(acme);
    await revokeSdkKey(acme.caller, { id: sdkKeyId });

    node.onKeyHint("no hint");
    node.onKeyHint(encodeKeyHint({ tenantId: acme.caller.person.tenantId, sdkKeyId }));
    await eventually(() => expect(ended.isClosed()).toBe(true));

    expect(stays.isClosed()).toBe(false);
    expect((await evaluate(node.baseUrl, acme.serverKey)).status).toBe(401);
  });

  test("is not ended by a hint that is not true", async () => {
    const node = await startQuiet();
    const acme = await api.addTenant();
    const stream = await follow(node.baseUrl, acme.clientKey);
    const { cli: sdkKeyId } = await keysOf(acme);

    node.onKeyHint(encodeKeyHint({ tenantId: acme.caller.person.tenantId, sdkKeyId }));

    expect((await evaluate(node.baseUrl, acme.clientKey)).status).toBe(200);
    expect(stream.isClosed()).toBe(false);
  });

  test("ends with the overlap of a rotated key, while the database is down as well", async () => {
    const line = await openLine();
    const { url, appUrl, systemUrl } = database;
    const urls = { url: line.through(url), appUrl: line.through(appUrl), systemUrl: line.through(systemUrl) };
    const node = await startApi(urls, { streamLimits: { recheckMs: 50, tickMs: 10 } });
    open.push(line, node);
    const acme = await api.addTenant();
    const { srv: id } = await keysOf(acme);
    const oldUntil = new Date(Date.now() + 2_500).toISOString();
    const next = await rotateSdkKey(acme.caller, { id, oldUntil });
    const [old, successor] = [
      await follow(node.baseUrl, acme.serverKey),
      await follow(node.baseUrl, next.key),
    ];
    await eventually(() => expect([old, successor].every(({ events }) => events.length > 1)).toBe(true));

    line.cut();
    expect((await evaluate(node.baseUrl, acme.serverKey)).status).toBe(200);
    await eventually(() => expect(old.isClosed()).toBe(true), { timeoutMs: 10_000 });

    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(oldUntil) - 50);
    expect((await evaluate(node.baseUrl, acme.serverKey)).status).toBe(401);
    expect(successor.isClosed()).toBe(false);
    expect((await evaluate(node.baseUrl, next.key)).status).toBe(200);
  });
});

/** Looks for ended keys by itself hardly ever. */
async function startQuiet(): Promise<TestApi> {
  const node = await startApi(database, { streamLimits: { recheckMs: 3_600_000 } });
  open.push(node);
  return node;
}

/** A process of its own, from its sources. */
async function startNode(env: Record<string, string>): Promise<string> {
  const node = startProcess("apps/api/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_PORT: "0",
    BURGEE_EDGE_STORE: "off",
    ...env,
  });
  open.push({ close: () => node.kill("SIGTERM") });
  const { port } = JSON.parse(await node.line(/Listening/, { timeoutMs: 20_000 })) as { port: number };
  return `http://127.0.0.1:${port}`;
}

async function follow(baseUrl: string, key: string): Promise<TestStream> {
  const stream = await openStream(`${baseUrl}/v1/stream`, { authorization: `Bearer ${key}` });
  open.push(stream);
  return stream;
}

function evaluate(baseUrl: string, key: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return fetch(`${baseUrl}/v1/evaluate`, { method: "POST", headers, body: "{}" });
}

async function keysOf({ caller }: TestTenant): Promise<Readonly<Record<"srv" | "cli", SdkKeyId>>> {
  const keys = await caller.db.read(caller.person.tenantId, ({ sdkKeys }) => sdkKeys.list());
  const idOf = (kind: "srv" | "cli") => {
    const key = keys.find((each) => each.kind === kind);
    if (!key) throw new Error(`The tenant has no key of the kind ${kind}.`);
    return key.sdkKeyId;
  };
  return { srv: idOf("srv"), cli: idOf("cli") };
}
