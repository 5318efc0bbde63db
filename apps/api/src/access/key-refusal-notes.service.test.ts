import { listAudit, verifyAuditChain } from "@burgee/core";
import type { Clock } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const FOREIGN = "https://evil.example";
const MINUTE_MS = 60_000;

let nowMs = 0;
const clock: Clock = { now: () => new Date(), monotonicMs: () => nowMs };
let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { clock });
});
beforeEach(async () => {
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe("the audit trail tells of", () => {
  test.each<[string, () => Promise<number>, object]>([
    ["a client key on a foreign page", () => evaluate(acme.clientKey, FOREIGN), { origin: FOREIGN }],
    [
      "a server key that changes a toggle",
      () => ask("POST", "/v1/toggles", acme.serverKey),
      { neededKind: "pat" },
    ],
    [
      "a client key that asks for the ruleset",
      () => ask("GET", "/v1/ruleset", acme.clientKey),
      { neededKind: "srv" },
    ],
    [
      "a server key over tRPC",
      () => ask("GET", "/trpc/projects.list", acme.serverKey),
      { neededKind: "pat" },
    ],
    [
      "a server key that names another environment",
      () => ask("GET", "/v1/ruleset?environment=staging", acme.serverKey),
      { environment: "production" },
    ],
  ])("%s", async (_, refused, after) => {
    expect(await refused()).toBe(403);

    expect(await refusals()).toMatchObject([
      {
        actor: "anonymous",
        object: expect.stringMatching(/^sdk-key\/[0-9a-f-]{36}$/),
        environment: "production",
        requestId: expect.any(String),
        after,
      },
    ]);
  });

  test("no key that is let in, no stranger's, and no person's of the wrong kind", async () => {
    await evaluate(acme.clientKey, "https://shop.example");
    await evaluate(`bg_srv_${"A".repeat(32)}_000000`, FOREIGN);
    await ask("GET", "/v1/ruleset", acme.personalKey);

    expect(await refusals()).toEqual([]);
  });
});

describe("a flood of refusals", () => {
  test("is one entry a minute, and the next says how many went by", async () => {
    await Promise.all(Array.from({ length: 200 }, () => evaluate(acme.clientKey, FOREIGN)));
    nowMs += MINUTE_MS;
    await evaluate(acme.clientKey, FOREIGN);

    const entries = await refusals();
    expect(entries.map(({ after }) => after)).toEqual([
      { origin: FOREIGN, unnoted: 199 },
      { origin: FOREIGN },
    ]);
    expect(await verifyAuditChain(acme.caller, acme.caller.person)).toMatchObject({ fault: undefined });
  });

  test("with one key keeps no other key's out", async () => {
    await evaluate(acme.clientKey, FOREIGN);
    await evaluate(acme.clientKey, FOREIGN);
    await ask("POST", "/v1/toggles", acme.serverKey);

    expect(await refusals()).toHaveLength(2);
  });

  test("over many processes is ten a minute", async () => {
    const nodes = await Promise.all(Array.from({ length: 12 }, () => startApi(database)));
    for (const node of nodes) await evaluate(acme.clientKey, FOREIGN, node);
    await Promise.all(nodes.map((node) => node.close()));

    expect(await refusals()).toHaveLength(10);
  });
});

test("an origin as long as a head may be is told of in part", async () => {
  await evaluate(acme.clientKey, `https://${"x".repeat(10_000)}.example`);

  expect(JSON.stringify((await refusals())[0]?.after).length).toBeLessThan(400);
});

function evaluate(key: string, origin: string, node = api): Promise<number> {
  return node
    .request("POST", "/v1/evaluate", { key, body: {}, headers: { origin } })
    .then(({ status }) => status);
}

function ask(method: string, path: string, key: string): Promise<number> {
  const body = method === "POST" ? { body: { key: "cart", default: true } } : {};
  return api.request(method, path, { key, ...body }).then(({ status }) => status);
}

async function refusals() {
  return (await listAudit(acme.caller, { action: "sdk_key.refused", limit: 200 })).items;
}
