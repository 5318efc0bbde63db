import { createHash } from "node:crypto";
import { request } from "node:http";
import { connect as connectLine } from "node:net";
import { LiveRulesets, revokeSdkKey, type Scope } from "@burgee/core";
import { RULESET_SCHEMA, type Ruleset } from "@burgee/engine";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStream, type TestEvent, type TestStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { ServerDeps } from "../server.ts";

let database: TestDatabase;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(() => database.drop());

async function start(overrides: Partial<ServerDeps> = {}): Promise<{ api: TestApi; acme: TestTenant }> {
  const api = await startApi(database, overrides);
  open.push(api);
  return { api, acme: await api.addTenant() };
}

async function connect(
  api: TestApi,
  key: string,
  {
    lastEventId,
    paused,
    search = "",
  }: { lastEventId?: string | undefined; paused?: boolean; search?: string } = {},
): Promise<TestStream> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
  };
  const stream = await openStream(`${api.baseUrl}/v1/stream${search}`, headers, { paused: paused ?? false });
  open.push(stream);
  return stream;
}

const news = (stream: TestStream) =>
  stream.events.filter(({ type }) => type !== "comment" && type !== "seal");
const toNews = (stream: TestStream, count: number) =>
  eventually(() => {
    expect(news(stream)).toHaveLength(count);
    return news(stream);
  });
const createToggle = (api: TestApi, { personalKey }: TestTenant, key: string) =>
  api.request("POST", "/v1/toggles", { key: personalKey, body: { key, default: true } });
const dataOf = (event: TestEvent | undefined): unknown => JSON.parse(event?.data ?? "null");

describe("who gives up while the key is looked up", () => {
  test("holds no place among the streams", async () => {
    const { api, acme } = await start();
    const admin = new pg.Client(database.url);
    await admin.connect();
    open.push({ close: () => admin.end() });
    await admin.query("begin; lock table burgee.sdk_keys in access exclusive mode");
    const givenUp = Array.from({ length: 5 }, () => {
      const client = request(`${api.baseUrl}/v1/stream`, {
        headers: { authorization: `Bearer ${acme.serverKey}` },
      });
      client.on("error", () => undefined).end();
      return client;
    });
    await eventually(async () => {
      const { rows } = await admin.query(
        "select count(*)::int as waiting from pg_locks where not granted and relation = 'burgee.sdk_keys'::regclass",
      );
      expect(rows).toEqual([{ waiting: 1 }]);
    });
    for (const client of givenUp) client.destroy();
    await api.request("GET", "/livez");

    await admin.query("rollback");
    await connect(api, acme.serverKey);

    const { text } = await api.request("GET", "/metrics");
    expect(text).toContain("\nburgee_sse_connections 1\n");
  });
});

describe("a stream", () => {
  test.each(["?environment=staging", "?project=other", "?bogus=1"])("is refused with %s", async (search) => {
    const { api, acme } = await start();

    const answers = await Promise.all(
      ["/v1/stream", "/v1/ruleset"].map((path) =>
        api.request("GET", `${path}${search}`, { key: acme.serverKey }),
      ),
    );

    const status = search.includes("bogus") ? 400 : 403;
    expect(answers).toMatchObject([{ status }, { status }]);
  });

  test("says before each ruleset which it is, signed, in an event that moves nobody's position", async () => {
    const { api, acme } = await start();

    const stream = await connect(api, acme.serverKey);
    await toNews(stream, 1);
    await createToggle(api, acme, "a");
    const [put, patch] = await toNews(stream, 2);

    const events = stream.events.filter(({ type }) => type !== "comment");
    expect(events.map(({ type }) => type)).toEqual(["seal", "put", "seal", "patch"]);
    for (const [seal, event] of [events.slice(0, 2), events.slice(2)]) {
      expect(seal).toMatchObject({ id: undefined });
      expect(seal?.data.split("|").slice(3, 5).join(".")).toBe(event?.id);
    }
    expect(events[0]?.data.split("|")[5]).toBe(
      createHash("sha256")
        .update(put?.data ?? "")
        .digest("hex"),
    );
    const whole = await api.request("GET", "/v1/ruleset", { key: acme.serverKey });
    expect(whole.headers.get("etag")).toBe(`"${patch?.id}"`);
    expect(events[2]?.data).toBe(whole.headers.get("burgee-seal"));
  });

  test("brings each change whole to who asks for no patches, after a pause as well", async () => {
    const { api, acme } = await start();
    const wholes = await connect(api, acme.serverKey, { search: "?patches=none" });
    await toNews(wholes, 1);

    await createToggle(api, acme, "a");
    const [first, second] = await toNews(wholes, 2);
    const again = await connect(api, acme.serverKey, { search: "?patches=none", lastEventId: first?.id });
    await toNews(again, 1);

    expect([first, second, news(again)[0]].map((event) => event?.type)).toEqual(["put", "put", "put"]);
    expect(second?.data).toBe((await api.request("GET", "/v1/ruleset", { key: acme.serverKey })).text);
  });

  test("begins with the whole, and brings each change as a patch, in order", async () => {
    const { api, acme } = await start();

    const stream = await connect(api, acme.serverKey);
    await toNews(stream, 1);
    await createToggle(api, acme, "a");
    await toNews(stream, 2);
    await createToggle(api, acme, "b");
    const [put, first, second] = await toNews(stream, 3);

    expect(stream.response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    expect([put?.type, first?.type, second?.type]).toEqual(["put", "patch", "patch"]);
    expect(dataOf(put)).toMatchObject({ revision: 1, toggles: {} });
    expect(dataOf(first)).toMatchObject({ from: 1, to: 2, changes: { a: { version: 1 } } });
    expect(dataOf(second)).toMatchObject({ from: 2, to: 3, changes: { b: { version: 1 } } });
    expect(second?.id).toMatch(/^[0-9a-f-]{36}\.3$/);
  });

  test("resumes after the last event with one patch, however many changes lie between", async () => {
    const { api, acme } = await start();
    const before = await connect(api, acme.serverKey);
    const [put] = await toNews(before, 1);
    before.close();
    for (const key of ["a", "b", "c"]) await createToggle(api, acme, key);
    await api.publish();
    await eventually(async () => {
      const { headers } = await api.request("GET", "/v1/ruleset", { key: acme.serverKey });
      expect(headers.get("etag")).toMatch(/\.4"$/);
    });

    const stream = await connect(api, acme.serverKey, { lastEventId: put?.id });
    const [patch] = await toNews(stream, 1);

    expect(patch?.type).toBe("patch");
    expect(dataOf(patch)).toMatchObject({ from: 1, to: 4, changes: { a: {}, b: {}, c: {} } });
  });

  test("says nothing new to who is up to date, and then brings the next change", async () => {
    const { api, acme } = await start();
    const before = await connect(api, acme.serverKey);
    const [put] = await toNews(before, 1);

    const stream = await connect(api, acme.serverKey, { lastEventId: put?.id });
    await createToggle(api, acme, "a");
    const [patch] = await toNews(stream, 1);

    expect(dataOf(patch)).toMatchObject({ from: 1, to: 2 });
    expect(stream.events[0]).toMatchObject({ type: "comment" });
  });

  test.each([
    ["another epoch", "00000000-0000-4000-8000-000000000000.1"],
    ["what can't be read", "yesterday"],
  ])("begins anew for who comes from %s", async (_, lastEventId) => {
    const { api, acme } = await start();

    const stream = await connect(api, acme.serverKey, { lastEventId });
    const [event] = await toNews(stream, 1);

    expect(event?.type).toBe("put");
  });

  test("gives a sign of life while nothing changes", async () => {
    const { api, acme } = await start({ streamLimits: { heartbeatMs: 30, tickMs: 5 } });

    const stream = await connect(api, acme.serverKey);

    await eventually(() => stream.events.filter(({ data }) => data === ": heartbeat").length >= 3);
  });

  test("ends within seconds of its key's end, however silent it is", async () => {
    const { api, acme } = await start({ streamLimits: { recheckMs: 50, tickMs: 10 } });
    const stream = await connect(api, acme.serverKey);
    await toNews(stream, 1);
    const [, server] = await acme.caller.db.read(acme.caller.person.tenantId, ({ sdkKeys }) =>
      sdkKeys.list(),
    );
    if (!server) throw new Error("The tenant has no server key.");

    await revokeSdkKey(acme.caller, { id: server.sdkKeyId });
    await eventually(() => stream.isClosed());

    expect(dataOf(news(stream).at(-1))).toMatchObject({ reason: "key_revoked" });
    const again = await api.request("GET", "/v1/ruleset", { key: acme.serverKey });
    expect(again.status).toBe(401);
  });

  test("ends when it is old, so that connections spread again", async () => {
    const { api, acme } = await start({ streamLimits: { maxAgeMs: 50, tickMs: 5 } });

    const stream = await connect(api, acme.serverKey);
    await eventually(() => stream.isClosed());

    expect(dataOf(news(stream).at(-1))).toMatchObject({ reason: "max_age", retryMs: expect.any(Number) });
  });

  test("takes its line along when it ends, which nobody else would time out", async () => {
    const { api, acme } = await start({ streamLimits: { maxAgeMs: 50, tickMs: 5 } });
    const line = connectLine(api.port, "127.0.0.1");
    open.push({ close: () => line.destroy() });

    line.write(`GET /v1/stream HTTP/1.1\r\nhost: a.example\r\nx-api-key: ${acme.serverKey}\r\n\r\n`);
    const text = Buffer.concat(await line.toArray()).toString();

    expect(text).toContain("event: goodbye");
    expect(text).toMatch(/^connection: close\r$/im);
  });

  test("is told goodbye when the server stops", async () => {
    const { api, acme } = await start();
    const stream = await connect(api, acme.serverKey);
    await toNews(stream, 1);

    open.splice(open.indexOf(api), 1);
    await api.close();
    await eventually(() => stream.isClosed());

    const goodbye = news(stream).at(-1);
    expect(goodbye?.type).toBe("goodbye");
    expect(dataOf(goodbye)).toEqual({ reason: "shutdown", retryMs: expect.any(Number) });
  });

  test("is refused beyond the most that a process holds, until one ends", async () => {
    const { api, acme } = await start({ streamLimits: { maxConnections: 1 } });
    const first = await connect(api, acme.serverKey);

    const refused = await api.request("GET", "/v1/stream", { key: acme.serverKey });
    first.close();
    const second = await eventually(async () => {
      const stream = await connect(api, acme.serverKey);
      return stream.response.statusCode === 200 && stream;
    });

    expect(refused).toMatchObject({ status: 503, body: { code: "too_many_streams" } });
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(second).toBeTruthy();
  });

  test("is asked to come back where more come at once than a process takes, and begins then", async () => {
    const { api, acme } = await start({ streamLimits: { acceptsPerSecond: 2 } });
    const ask = () => connect(api, acme.serverKey);

    const together = await Promise.all(Array.from({ length: 6 }, ask));
    const refused = together.filter(({ response }) => response.statusCode !== 200);
    const later = await eventually(async () => {
      const stream = await ask();
      return stream.response.statusCode === 200 && stream;
    });

    const { text } = await api.request("GET", "/metrics");
    const [first] = refused;
    expect(first?.response).toMatchObject({ statusCode: 503 });
    expect(Number(first?.response.headers["retry-after"])).toBeGreaterThanOrEqual(2);
    expect(later).toBeTruthy();
    expect(text).toContain(`burgee_sse_accepted_total ${together.length - refused.length + 1}`);
    expect(text).toMatch(/burgee_sse_refused_total\{reason="rate"\} [1-9]/);
  });

  test("begins by a server's key, however many come by client keys", async () => {
    const { api, acme } = await start({ streamLimits: { acceptsPerSecond: 10 } });

    const pages = Array.from({ length: 30 }, async () => {
      const { response } = await connect(api, acme.clientKey);
      if (response.statusCode !== 503) throw new Error(`Began with ${response.statusCode}.`);
    });
    await Promise.any(pages);
    const server = await connect(api, acme.serverKey);

    expect(server.response.statusCode).toBe(200);
    await Promise.allSettled(pages);
  });

  test("is told to come back at a time of its own, over a longer time the more leave with it", async () => {
    const { api, acme } = await start({ streamLimits: { acceptsPerSecond: 4 } });
    const streams = await Promise.all(Array.from({ length: 5 }, () => connect(api, acme.serverKey)));
    for (const stream of streams) await toNews(stream, 1);

    open.splice(open.indexOf(api), 1);
    await api.close();
    await eventually(() => streams.every((stream) => stream.isClosed()));

    const waits = streams.map((stream) =>
      Number(/"retryMs":(\d+)/.exec(news(stream).at(-1)?.data ?? "")?.[1]),
    );
    expect(new Set(waits).size).toBe(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_500);
  });

  test("is told as text where no one frames it: HTTP/1.0", async () => {
    const { api, acme } = await start({ streamLimits: { maxAgeMs: 50, tickMs: 5 } });
    const line = connectLine(api.port, "127.0.0.1");
    open.push({ close: () => line.destroy() });

    line.write(`GET /v1/stream HTTP/1.0\r\nx-api-key: ${acme.serverKey}\r\n\r\n`);
    const text = Buffer.concat(await line.toArray()).toString();

    expect(text).not.toMatch(/^transfer-encoding/im);
    expect(text).toMatch(
      /\r\n\r\n: connected\n\nevent: seal\ndata: \S+\n\nid: \S+\nevent: put\ndata: \{.*\}\n\nevent: goodbye\n/,
    );
  });

  test("keeps to its turn on a line on which another answer is still under way", async () => {
    const { api, acme } = await start({ streamLimits: { maxAgeMs: 50, tickMs: 5 } });
    const line = connectLine(api.port, "127.0.0.1");
    open.push({ close: () => line.destroy() });
    const ask = (path: string) =>
      `GET ${path} HTTP/1.1\r\nhost: a.example\r\nx-api-key: ${acme.serverKey}\r\n\r\n`;

    line.write(ask("/v1/ruleset") + ask("/v1/stream"));
    const text = Buffer.concat(await line.toArray()).toString();

    expect(text.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(2);
    expect(text.lastIndexOf("HTTP/1.1 200")).toBeLessThan(text.indexOf(": connected"));
    expect(text).toMatch(/event: goodbye\n.*\n\n\r\n0\r\n\r\n$/);
  });

  test("has no head to ask for", async () => {
    const { api, acme } = await start();

    const answer = await api.request("HEAD", "/v1/stream", { key: acme.serverKey });

    expect(answer.status).toBe(405);
  });
});

describe("a slow reader", () => {
  test("gets one patch for all that changed while its line was full", async () => {
    const large = largeRulesets();
    const { api, acme } = await start({ rulesets: large.rulesets });
    const stream = await connect(api, acme.serverKey, { paused: true });

    for (let revision = 2; revision <= 6; revision++) await large.raiseTo(revision);
    stream.resume();
    const [put, patch] = await toNews(stream, 2);

    expect(put).toMatchObject({ type: "put", id: `${EPOCH}.1` });
    expect(patch).toMatchObject({ type: "patch", id: `${EPOCH}.6` });
    expect(dataOf(patch)).toMatchObject({ from: 1, to: 6, changes: { small: { version: 6 } } });
  });

  test("is cut when it takes nothing at all, and holds nobody else up", async () => {
    const large = largeRulesets();
    const { api, acme } = await start({
      rulesets: large.rulesets,
      streamLimits: { stalledMs: 1_000, tickMs: 10 },
    });
    const stuck = await connect(api, acme.serverKey, { paused: true });
    const lively = await connect(api, acme.serverKey);

    await toNews(lively, 1);
    await eventually(async () => {
      const { text } = await api.request("GET", "/metrics");
      return text.includes("burgee_sse_connections 1");
    });

    expect(lively.isClosed()).toBe(false);
    stuck.resume();
    await eventually(() => stuck.isClosed());
    expect(news(stuck)).toEqual([]);
  });
});

const EPOCH = "11111111-1111-4111-8111-111111111111";

/** Larger than what the kernel buffers of a connection. Each revision changes one small toggle. */
function largeRulesets(): { rulesets: LiveRulesets; raiseTo: (revision: number) => Promise<void> } {
  let revision = 1;
  const scopes = new Map<string, Scope>();
  const rulesets = new LiveRulesets({
    source: {
      list: async () => undefined,
      load: async (scope) => {
        scopes.set(scope.environmentId, scope);
        const body = JSON.stringify(rulesetAt(revision));
        return {
          epoch: EPOCH,
          revision,
          body,
          removed: {},
          removedSegments: {},
          attributesRevision: 0,
          sha256: Buffer.alloc(32),
          seal: null,
        };
      },
      heads: async () => [...scopes.values()].map((scope) => ({ ...scope, epoch: EPOCH, revision })),
    },
    onError: (error) => {
      throw error;
    },
  });
  return {
    rulesets,
    raiseTo: async (next) => {
      revision = next;
      await rulesets.refresh();
      for (const scope of scopes.values()) {
        await eventually(async () => (await rulesets.get(scope)).revision === next);
      }
    },
  };
}

function rulesetAt(revision: number): Ruleset {
  const toggle = { kind: "string", enabled: true, rules: [], rollout: null } as const;
  const texts = Object.fromEntries([...Array(100).keys()].map((n) => [`v${n}`, "x".repeat(5_000)]));
  const large = [...Array(40).keys()].map((n) => {
    const key = `large${n}`;
    return [
      key,
      { ...toggle, key, version: 1, revision: 1, variants: texts, offVariant: "v0", defaultVariant: "v0" },
    ];
  });
  const small = {
    ...toggle,
    key: "small",
    version: revision,
    revision,
    variants: { a: "a" },
    offVariant: "a",
    defaultVariant: "a",
  };
  return {
    schema: RULESET_SCHEMA,
    project: "web",
    environment: "production",
    epoch: EPOCH,
    revision,
    toggles: { ...Object.fromEntries(large), small },
  };
}
