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

  test("of 0 is none", async () => {
    const { api, acme } = await start({ key: 0, tenant: 0, address: 0 });

    const answer = await read(api, acme.serverKey);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("ratelimit")).toBeNull();
  });
});
