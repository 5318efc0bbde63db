import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi, type TestAnswer, type TestApi, type TestTenant } from "../../test/start-api.ts";

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

test("a tenant all of whose changes wait keeps no other one waiting", async () => {
  const [acme, rival] = [await api.addTenant(), await api.addTenant()];
  const { tenantId } = acme.caller.person;
  await admin.query("begin");
  await admin.query("select 1 from burgee.environments where tenant_id = $1 for update", [tenantId]);
  const create = (key: string, { personalKey }: TestTenant) =>
    api.request("POST", "/v1/toggles", { key: personalKey, body: { key, default: true } });
  const done: number[] = [];

  const waiting = Array.from({ length: 100 }, async (_, n) => {
    done.push((await create(`t${n}`, acme)).status);
  });
  await eventually(async () => {
    const { rowCount } = await admin.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'");
    expect(rowCount).toBeGreaterThan(0);
  });
  const written = await create("cart", rival);
  const read = await api.request("GET", "/v1/toggles/cart", { key: rival.personalKey });

  expect([written.status, read.status, done]).toEqual([201, 200, []]);
  await admin.query("rollback");
  await Promise.all(waiting);
  expect(new Set(done)).toEqual(new Set([201]));
});

test("how many were refused can be watched", async () => {
  const { text } = await api.request("GET", "/metrics");

  expect(text).toContain(`\nburgee_busy_refusals_total ${2 * TOO_MANY}\n`);
});
