import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestAnswer, type TestApi } from "../../test/start-api.ts";

/** What one tenant has at work and waiting. */
const MOST = 204;
const TOO_MANY = 3;

let database: TestDatabase;
let api: TestApi;
let admin: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  admin = new pg.Client(database.url);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await api.close();
  await database.drop();
});

test.each([
  ["REST", "/v1/toggles"],
  ["tRPC", "/trpc/toggles.list?input={}"],
])("a tenant that asks for too much over %s is told so, and fills no log", async (_, path) => {
  const acme = await api.addTenant();
  const refused: TestAnswer[] = [];
  const served: TestAnswer[] = [];
  await admin.query("begin; lock table burgee.toggles in access exclusive mode");

  const asked = Array.from({ length: MOST + TOO_MANY }, async () => {
    const answer = await api.request("GET", path, { key: acme.personalKey });
    (answer.status === 200 ? served : refused).push(answer);
  });
  await eventually(() => refused.length === TOO_MANY);
  await admin.query("rollback");
  await Promise.all(asked);

  expect(refused).toHaveLength(TOO_MANY);
  for (const { status, text, headers } of refused) {
    expect(status).toBe(429);
    expect(text).toContain('"code":"too_many_requests"');
    expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  }
  expect(served).toHaveLength(MOST);
  expect(api.logged).toEqual([]);
});

test("how many were refused can be watched", async () => {
  const { text } = await api.request("GET", "/metrics");

  expect(text).toContain(`\nburgee_busy_refusals_total ${2 * TOO_MANY}\n`);
});
