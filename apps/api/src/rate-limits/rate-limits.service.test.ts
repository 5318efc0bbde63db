import { request } from "node:http";
import { issueSdkKey } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { RateBounds } from "./rate-bounds.ts";

let database: TestDatabase;
const open: TestApi[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});
afterAll(() => database.drop());

async function start(
  rateBounds: Partial<RateBounds>,
  proxyHops = 0,
): Promise<{ api: TestApi; acme: TestTenant }> {
  const api = await startApi(database, { rateBounds, proxyHops });
  open.push(api);
  return { api, acme: await api.addTenant() };
}

const read = (api: TestApi, key: string, headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/evaluate", { key, body: {}, headers });
const statuses = async (times: number, work: () => Promise<{ readonly status: number }>) => {
  const seen: number[] = [];
  for (let time = 0; time < times; time++) seen.push((await work()).status);
  return seen;
};

/** Each names another address, in a way in which some server or proxy somewhere would believe it. */
const FORGED: readonly (readonly string[])[] = [
  ...["1", " 2 ", "3, 198.51.100.3", "unknown, 198.51.100.4", ", ,198.51.100.5", "[2001:db8::6]:443"],
  ...["198.51.100.7:8080", "::ffff:198.51.100.8", "127.0.0.1", "localhost", "-", "x".repeat(4_000)],
  ...[Array.from({ length: 200 }, (_, n) => `198.51.100.${n}`).join(), "\u00e9", "198.51.100.9;proto=https"],
]
  .map((value) => ["x-forwarded-for", value])
  .concat([
    ["x-forwarded-for", "198.51.100.10", "X-Forwarded-For", "198.51.100.11"],
    ["x-real-ip", "198.51.100.12"],
    ["forwarded", "for=198.51.100.13"],
    ["cf-connecting-ip", "198.51.100.14", "true-client-ip", "198.51.100.15"],
    [
      "x-client-ip",
      "198.51.100.16",
      "x-cluster-client-ip",
      "198.51.100.17",
      "fastly-client-ip",
      "198.51.100.18",
    ],
    ["x-forwarded", "198.51.100.19", "x-original-forwarded-for", "198.51.100.20", "via", "1.1 198.51.100.21"],
  ]);

const MOST = 10;

/** With headers as they are given, one that is named twice among them. */
function readRaw(api: TestApi, headers: readonly string[]): Promise<number> {
  const own = [
    "host",
    "localhost",
    "content-type",
    "application/json",
    "authorization",
    "Bearer bg_srv_guessed",
  ];
  return new Promise((resolve, reject) => {
    const options = { port: api.port, host: "127.0.0.1", path: "/v1/evaluate", method: "POST" };
    request({ ...options, headers: [...own, "content-length", "2", ...headers] }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end("{}");
  });
}

describe("a bound on requests", () => {
  test("is told with each answer, of what leaves least", async () => {
    const { api, acme } = await start({ key: 100, tenant: 1_000 });

    const first = await read(api, acme.serverKey);
    const second = await read(api, acme.serverKey);

    expect(first.headers.get("ratelimit-policy")).toBe('"key";q=100;w=10, "tenant";q=1000;w=10');
    expect(first.headers.get("ratelimit")).toMatch(/^"key";r=99;t=([1-9]|10)$/);
    expect(second.headers.get("ratelimit")).toMatch(/^"key";r=98;t=([1-9]|10)$/);
  });

  test("of a key refuses what goes beyond, says when to come back, and holds no other key up", async () => {
    const { api, acme } = await start({ key: 3 });

    expect(await statuses(4, () => read(api, acme.serverKey))).toEqual([200, 200, 200, 429]);
    const refused = await read(api, acme.serverKey);

    expect(refused).toMatchObject({
      status: 429,
      body: { code: "rate_limited", title: "Too many requests" },
    });
    expect(refused.headers.get("retry-after")).toMatch(/^([1-9]|10)$/);
    expect(refused.headers.get("ratelimit")).toMatch(/^"key";r=0;t=([1-9]|10)$/);
    expect((await read(api, acme.personalKey)).status).toBe(200);
    const { text } = await api.request("GET", "/metrics");
    expect(text).toContain('burgee_rate_limited_total{by="key"} 2');
  });

  test("of a tenant can't be passed by taking another key, and is no other tenant's", async () => {
    const { api, acme } = await start({ tenant: 4 });
    const scope = { project: "web", environment: "production" };
    const another = await issueSdkKey(acme.caller, { ...scope, kind: "srv", name: "Another" });
    const keys = [acme.serverKey, acme.personalKey, another.key];
    let turn = 0;

    expect(await statuses(5, () => read(api, keys[turn++ % 3] ?? ""))).toEqual([200, 200, 200, 200, 429]);
    expect((await read(api, (await api.addTenant()).serverKey)).status).toBe(200);
  });

  test("of a client key is per address, and uses up nothing of the servers'", async () => {
    const { api, acme } = await start({ client: 2, tenant: 3 });

    expect(await statuses(3, () => read(api, acme.clientKey))).toEqual([200, 200, 429]);
    expect(await statuses(4, () => read(api, acme.serverKey))).toEqual([200, 200, 200, 429]);
  });

  test("of an address is that of the line, whatever a header says, and counts keys that are none", async () => {
    const { api, acme } = await start({ address: 6 });
    const forged = [
      "x-forwarded-for",
      "x-real-ip",
      "forwarded",
      "cf-connecting-ip",
      "true-client-ip",
      "x-client-ip",
    ];
    let turn = 0;
    const guess = () => read(api, "bg_srv_guessed", { [forged[turn++ % 6] ?? ""]: `203.0.113.${turn}` });

    expect(await statuses(6, guess)).toEqual(Array(6).fill(401));
    expect((await guess()).status).toBe(429);
    expect((await read(api, acme.serverKey)).status).toBe(429);
    expect((await api.request("GET", "/livez")).status).toBe(200);
  });

  test("of an address behind a proxy is what that proxy saw, whatever stood in the header before", async () => {
    const { api, acme } = await start({ address: 3 }, 1);
    let turn = 0;
    const from = (address: string) => () =>
      read(api, acme.serverKey, { "x-forwarded-for": `198.51.100.${turn++}, ${address}` });

    expect(await statuses(4, from("203.0.113.1"))).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, from("203.0.113.2"))).toEqual([200]);
    expect(await statuses(2, from("2001:db8::1"))).toEqual([200, 200]);
    expect(await statuses(2, from("2001:db8::2"))).toEqual([200, 429]);
  });

  test.each([0, 1, 2])("of an address is passed by no header, behind %i proxies", async (hops) => {
    const { api } = await start({ address: MOST }, hops);
    const byProxies = [
      ["x-forwarded-for", "203.0.113.7"],
      ["x-forwarded-for", "10.0.0.2"],
    ].slice(0, hops);

    const seen: number[] = [];
    for (const forged of FORGED) seen.push(await readRaw(api, [...forged, ...byProxies.flat()]));

    expect(seen).toEqual(FORGED.map((_, index) => (index < MOST ? 401 : 429)));
  });

  test("of 0 is none", async () => {
    const { api, acme } = await start({ key: 0, tenant: 0, address: 0 });

    const answer = await read(api, acme.serverKey);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("ratelimit")).toBeNull();
  });
});
