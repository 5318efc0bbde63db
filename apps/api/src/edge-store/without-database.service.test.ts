import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createSegment,
  createSegmentInput,
  issueSdkKey,
  parseInput,
  revokeSdkKey,
  sdkKeyId,
} from "@burgee/core";
import { eventually, keptIn, OwnPostgres, startEdge, type TestEdge, withRedis } from "@burgee/test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestStream } from "../../test/open-stream.ts";
import { followRulesets, type LoadOptions, type LoadReport, readLoad } from "../../test/read-load.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const redis = { SIGKILL: await withRedis(), SIGSTOP: await withRedis() };
const BOUND_MS = 5_000;
/** Longer than what is known of a key counts as fresh, and than a poll of the heads. */
const LOAD_MS = 4_000;

let postgres: OwnPostgres;
/** Publishes, and makes tenants. */
let api: TestApi;
let acme: TestTenant;
let folder: string;
let edges: TestEdge[];
let streams: TestStream[];
/** One that a test left stopped could not be ended. */
let stoppedRedis: number | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "burgee-edge-"));
  edges = [];
  streams = [];
  postgres = await OwnPostgres.start();
  api = await startApi(postgres);
  acme = await addTenant();
});
afterEach(async () => {
  for (const stream of streams) stream.close();
  if (stoppedRedis !== undefined) process.kill(stoppedRedis, "SIGCONT");
  stoppedRedis = undefined;
  await Promise.all(edges.map((edge) => edge.process.kill("SIGKILL")));
  await api.close();
  await postgres.remove();
  rmSync(folder, { recursive: true });
});

async function addTenant(): Promise<TestTenant> {
  const tenant = await api.addTenant();
  await api.request("POST", "/v1/toggles", { key: tenant.personalKey, body: { key: "cart", default: true } });
  await api.publish();
  return tenant;
}

describe.each(["SIGKILL", "SIGSTOP"] as const)("with PostgreSQL and Redis gone by %s", (how) => {
  beforeEach(async () => {
    await api.close();
    api = await startApi(postgres, { redis: redis[how] });
    acme = await addTenant();
  });

  test("an edge goes on, also through a kill of its own, and is up to date soon after", async () => {
    const redisPid = await pidOfRedis(redis[how].url);
    const env = redis[how].url === undefined ? {} : { REDIS_URL: redis[how].url };
    const first = await start(env);
    const leaver = await issueKey("Leaver");
    const unseen = await issueKey("Never used here");
    const warm = await readLoad(await loadOf(first.baseUrl), 200);
    expect((await first.evaluate(leaver.key)).status).toBe(200);
    const stream = await follow(first.baseUrl);
    await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 3 }));

    postgres.fail(how);
    if (redisPid !== undefined) process.kill(redisPid, how);
    if (how === "SIGSTOP") stoppedRedis = redisPid;
    const running = await readLoad(await loadOf(first.baseUrl), LOAD_MS);
    expect.soft(failuresOf(warm, running)).toEqual([]);
    expect(running.answered).toBeGreaterThan(100);
    expect(stream.isClosed()).toBe(false);
    expect(await first.get("/readyz")).toMatchObject({ status: 200, body: { status: "degraded" } });

    await first.process.kill("SIGKILL");
    const second = await start(env);
    expect(await second.get("/readyz")).toMatchObject({ body: { rulesets: { served: 1, disk: 1 } } });
    const again = await readLoad(await loadOf(second.baseUrl), LOAD_MS);
    const restarted = await follow(second.baseUrl);
    expect.soft(failuresOf(again)).toEqual([]);
    await eventually(() => expect(restarted.events.at(-1)).toMatchObject({ type: "put" }));
    expect(again.answered).toBeGreaterThan(100);
    expect(await second.evaluate(leaver.key)).toMatchObject({
      status: 200,
      body: { evaluations: [{ key: "cart", value: true, metadata: { source: "disk" } }] },
    });
    expect((await second.evaluate(unseen.key)).status).toBe(503);
    expect(await second.get("/readyz")).toMatchObject({
      status: 200,
      body: { status: "degraded", rulesets: { served: 1, disk: 1, onDisk: 1 } },
    });

    if (stoppedRedis !== undefined) process.kill(stoppedRedis, "SIGCONT");
    await postgres.recover(how);
    const { revision } = await change();
    await eventually(async () => expect((await second.evaluate(unseen.key)).status).toBe(200));
    await eventually(() => revokeSdkKey(acme.caller, { id: sdkKeyId.parse(leaver.id) }));
    const changedMs = performance.now();
    await eventually(
      async () => {
        expect((await second.evaluate(leaver.key)).status).toBe(401);
        expect(await second.evaluate(acme.serverKey)).toMatchObject({
          body: { revision, evaluations: [{ metadata: { source: "live" } }, {}] },
        });
      },
      { timeoutMs: 2 * BOUND_MS },
    );
    expect(performance.now() - changedMs).toBeLessThan(BOUND_MS);
    expect(await second.get("/readyz")).toMatchObject({ status: 200, body: { status: "ok" } });
    // Without the leaver's, and with the one that was never seen before.
    await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 3 }));
  }, 90_000);
});

test("an edge that has nothing says what it waits for, and serves once it is there", async () => {
  postgres.fail("SIGKILL");
  const edge = await start();

  await edge.process.line(/no ruleset is on disk: this node waits for the database/);
  expect(await edge.get("/readyz")).toMatchObject({
    status: 503,
    body: { status: "unavailable", waitsFor: expect.stringContaining("the database") },
  });
  expect((await edge.evaluate(acme.serverKey)).status).toBe(503);

  await postgres.recover("SIGKILL");
  await eventually(async () => expect((await edge.evaluate(acme.serverKey)).status).toBe(200));
  expect((await edge.get("/readyz")).status).toBe(200);
});

test("the lists beside a ruleset are served, and looked into, from disk too", async () => {
  const ids = Array.from({ length: 100 }, (_, at) => `user-${at}`);
  const uploaded = await api.request("POST", "/v1/projects/web/segment-lists", {
    key: acme.personalKey,
    headers: { "content-type": "text/plain" },
    body: ids.join("\n"),
  });
  const { hash } = uploaded.body as { hash: string };
  const include = { list: hash };
  await createSegment(acme.caller, parseInput(createSegmentInput, { project: "web", key: "many", include }));
  const made = await api.request("POST", "/v1/toggles", {
    key: acme.personalKey,
    body: { key: "listed", default: false, rules: [{ condition: "segment('many')", value: true }] },
  });
  expect(made.status, made.text).toBe(201);
  await api.publish();
  const first = await start();
  const read = async (edge: TestEdge) => ({
    list: (await edge.get(`/v1/segments/${hash}`, acme.serverKey)).status,
    member: (await edge.get("/v1/toggles/listed?userId=user-7", acme.serverKey)).body,
    other: (await edge.get("/v1/toggles/listed?userId=nobody", acme.serverKey)).body,
  });
  const expected = { list: 200, member: { value: true }, other: { value: false } };
  expect(await read(first)).toMatchObject(expected);
  await eventually(() => expect(keptIn(folder)).toEqual({ ruleset: true, keys: 1 }));

  await first.process.kill("SIGKILL");
  postgres.fail("SIGKILL");
  expect(await read(await start())).toMatchObject(expected);
});

async function start(env: Record<string, string> = {}): Promise<TestEdge> {
  const edge = await startEdge(postgres.url, folder, env);
  edges.push(edge);
  return edge;
}

async function loadOf(baseUrl: string): Promise<LoadOptions> {
  const { serverKey, clientKey } = acme;
  const answer = await fetch(`${baseUrl}/v1/ruleset`, { headers: { "x-api-key": serverKey } });
  return { baseUrl, serverKey, clientKey, etag: answer.headers.get("etag") ?? "" };
}

async function follow(baseUrl: string): Promise<TestStream> {
  const stream = await followRulesets(await loadOf(baseUrl));
  streams.push(stream);
  return stream;
}

/** The database may be a moment from taking connections. */
async function change(): Promise<{ readonly revision: unknown }> {
  const answer = await eventually(async () => {
    const made = await api.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      body: { key: "second", default: true },
    });
    expect(made.status, made.text).toBe(201);
    return made;
  });
  await api.publish();
  return answer.body as { revision: unknown };
}

function issueKey(name: string) {
  return issueSdkKey(acme.caller, { project: "web", environment: "production", kind: "srv", name });
}

function failuresOf(...reports: readonly LoadReport[]): readonly string[] {
  return [...new Set(reports.flatMap(({ failures }) => failures))];
}

function pidOfRedis(url: string | undefined): Promise<number | undefined> {
  if (url === undefined) return Promise.resolve(undefined);
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write("INFO server\r\n"));
    socket.on("error", reject).on("data", (data) => {
      const pid = /process_id:(\d+)/.exec(data.toString())?.[1];
      if (pid === undefined) return;
      resolve(Number(pid));
      socket.end();
    });
  });
}
