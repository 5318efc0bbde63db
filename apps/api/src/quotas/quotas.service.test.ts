import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { ServerDeps } from "../server.ts";
import { setQuota } from "./set-quota.ts";

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

async function connect(api: TestApi, key: string) {
  const stream = await openStream(`${api.baseUrl}/v1/stream`, { authorization: `Bearer ${key}` });
  open.push(stream);
  expect(stream.response.statusCode).toBe(200);
  return stream;
}

const streamStatus = async (api: TestApi, key: string) => {
  const { status, body } = await api.request("GET", "/v1/stream", { key });
  return { status, body };
};
const usageOf = async (api: TestApi, { personalKey: key }: TestTenant, quota: string) => {
  const { body } = await api.request("GET", "/trpc/tenants.usage", { key });
  const { result } = body as { result: { data: readonly { quota: string }[] } };
  return result.data.find((each) => each.quota === quota);
};
async function run({ caller }: TestTenant, ...args: readonly string[]) {
  const lines: string[] = [];
  const { db, system, person } = caller;
  const code = await setQuota({ db, system, print: (line) => lines.push(line) }, [person.tenantId, ...args]);
  return { code, lines };
}

describe("the quota of streams", () => {
  test("refuses one too many of a tenant, by whatever key, and none of another's; a stream that ends gives its place back", async () => {
    const { api, acme } = await start({ streamLimits: { maxOfTenant: 2 } });
    const other = await api.addTenant();
    const first = await connect(api, acme.serverKey);
    await connect(api, acme.clientKey);

    expect(await streamStatus(api, acme.serverKey)).toMatchObject({
      status: 422,
      body: { code: "quota_exceeded", details: { quota: "streams", used: 2, limit: 2 } },
    });
    await connect(api, other.serverKey);
    expect(await usageOf(api, acme, "streams")).toEqual({
      quota: "streams",
      used: 2,
      limit: 2,
      countedBy: "process",
    });

    first.close();
    await eventually(async () => expect(await usageOf(api, acme, "streams")).toMatchObject({ used: 1 }));
    await connect(api, acme.serverKey);
  });

  test("keeps a fifth from client keys, which anybody may have, for the tenant's servers", async () => {
    const { api, acme } = await start({ streamLimits: { maxOfTenant: 5 } });
    const [first] = [await connect(api, acme.clientKey), await connect(api, acme.clientKey)];
    for (let more = 0; more < 2; more += 1) await connect(api, acme.clientKey);

    expect(await streamStatus(api, acme.clientKey)).toMatchObject({
      status: 422,
      body: { code: "quota_exceeded", details: { quota: "streams", used: 4, limit: 4 } },
    });
    await connect(api, acme.serverKey);

    first.close();
    await eventually(async () => expect(await usageOf(api, acme, "streams")).toMatchObject({ used: 4 }));
    await connect(api, acme.clientKey);
  });

  test("is another one where the operator says so, within seconds and without a restart", async () => {
    const { api, acme } = await start({ streamLimits: { maxOfTenant: 1 } });
    await connect(api, acme.serverKey);
    expect(await streamStatus(api, acme.serverKey)).toMatchObject({ status: 422 });

    await run(acme, "streams", "2");

    await eventually(() => connect(api, acme.serverKey), { timeoutMs: 5_000 });
    expect(await usageOf(api, acme, "streams")).toMatchObject({ used: 2, limit: 2 });
  });
});

describe("the quota of requests", () => {
  test("takes the place of every tenant's bound where the operator says so, more or less", async () => {
    const { api, acme } = await start({ rateBounds: { tenant: 2 } });
    const less = await api.addTenant();
    await run(acme, "requests", "4");
    await run(less, "requests", "1");
    const read = async (key: string) => (await api.request("POST", "/v1/evaluate", { key, body: {} })).status;
    const statuses = async (key: string, times: number) => {
      const seen: number[] = [];
      for (let time = 0; time < times; time++) seen.push(await read(key));
      return seen;
    };

    expect(await statuses(acme.serverKey, 5)).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(less.serverKey, 2)).toEqual([200, 429]);
    expect(await usageOf(api, acme, "requests")).toMatchObject({ used: 5, limit: 4 });
  });

  test("holds where every tenant has none", async () => {
    const { api, acme } = await start({ rateBounds: { tenant: 0 } });
    await run(acme, "requests", "1");
    const read = () => api.request("POST", "/v1/evaluate", { key: acme.serverKey, body: {} });

    expect([(await read()).status, (await read()).status]).toEqual([200, 429]);
    expect(await usageOf(api, await api.addTenant(), "requests")).toMatchObject({ limit: null });
  });
});

test("over REST, a toggle too many is answered with the quota, what is used and the limit", async () => {
  const { api, acme } = await start();
  await run(acme, "toggles", "1");
  const create = (key: string) =>
    api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key, default: true } });
  expect((await create("one")).status).toBe(201);

  const { status, body } = await create("two");

  expect(status).toBe(422);
  expect(body).toMatchObject({
    code: "quota_exceeded",
    title: "A quota is used up",
    detail: expect.stringContaining("1 of at most 1 toggles"),
    details: { quota: "toggles", used: 1, limit: 1 },
  });
});

describe("npm run quota", () => {
  test("shows a tenant's quotas, changes one, and puts it back", async () => {
    const { acme } = await start();

    const shown = await run(acme);
    const raised = await run(acme, "projects", "500");
    const back = await run(acme, "projects", "default");

    expect(shown.lines).toContain("  projects: 1 of 200 (default)");
    expect(raised).toMatchObject({ code: 0, lines: expect.arrayContaining(["  projects: 1 of 500"]) });
    expect(back.lines).toEqual(shown.lines);
  });

  test.each([
    ["an unknown quota", ["parrots", "5"], 'There is no quota "parrots".'],
    ["no number", ["projects"], "It lacks a number"],
    ["nothing", ["projects", "0"], '"0" is no such number'],
    ["less than nothing", ["projects", "-1"], '"-1" is no such number'],
    ["a fraction", ["projects", "1.5"], '"1.5" is no such number'],
    ["more words", ["projects", "5", "please"], "This is too much: please."],
  ])(
    "says what is wrong and how it is called where it is told %s, and changes nothing",
    async (_, args, wrong) => {
      const { acme } = await start();
      const { lines: before } = await run(acme);

      const { code, lines } = await run(acme, ...args);

      expect(code).toBe(2);
      expect(lines[0]).toContain(wrong);
      expect(lines.join("\n")).toContain("npm run quota -- <id or name> <quota> <number>");
      expect((await run(acme)).lines).toEqual(before);
    },
  );

  test("changes nothing where a name is several tenants'", async () => {
    const { acme } = await start();
    const lines: string[] = [];
    const deps = { ...acme.caller, print: (line: string) => lines.push(line) };

    expect(await setQuota(deps, ["Acme", "projects", "5"])).toBe(2);
    expect(lines[0]).toBe("Several tenants are named Acme; say which by its id:");
  });
});
