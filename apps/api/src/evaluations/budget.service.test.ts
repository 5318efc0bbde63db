import { KeyChecker, LiveRulesets } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

/** The budget, and what a busy machine adds. */
const BOUND_MS = 1_000;

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
  await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
  await api.publish();
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const never = new Promise<never>(() => undefined);

/** A node whose database hangs when it is asked for a ruleset. */
async function withoutRulesets(): Promise<TestApi> {
  const source = { load: () => never, list: () => never, heads: () => never };
  const node = await startApi(database, {
    rulesets: new LiveRulesets({ source, onError: () => undefined }),
  });
  open.push(node);
  return node;
}

/** A node whose database hangs when it is asked for a key. */
async function withoutKeys(): Promise<TestApi> {
  const node = await startApi(database, { keys: new KeyChecker({ find: () => never }) });
  open.push(node);
  return node;
}

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const answer = await work();
  expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
  return answer;
}

const DUE = {
  enabled: false,
  value: null,
  variant: null,
  reason: "ERROR",
  errorCode: "PROVIDER_NOT_READY",
  metadata: { source: "default" },
};

test("a node that can't load a ruleset in time says that the caller's default is due, and why", async () => {
  const node = await withoutRulesets();

  const one = await timed(() => node.request("GET", "/v1/toggles/cart?userId=ada", { key: acme.serverKey }));
  const many = await timed(() =>
    node.request("POST", "/v1/evaluate", {
      key: acme.clientKey,
      body: { toggles: ["cart", "beta", "cart"] },
    }),
  );

  expect(one).toMatchObject({ status: 200, body: { key: "cart", ...DUE } });
  expect(many).toMatchObject({
    status: 200,
    body: {
      epoch: null,
      revision: null,
      evaluations: [
        { key: "cart", ...DUE },
        { key: "beta", ...DUE },
      ],
    },
  });
  expect((await node.request("GET", "/metrics")).text).toContain(
    'burgee_evaluations_total{reason="ERROR"} 3',
  );
});

test("where no toggle is named there is nothing to say of any, and the caller is asked to come back", async () => {
  const node = await withoutRulesets();

  const answer = await timed(() => node.request("POST", "/v1/evaluate", { key: acme.serverKey, body: {} }));

  expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(answer.headers.get("retry-after")).toMatch(/^[1-9]/);
});

test("a key that can't be looked up in time is not called a wrong one", async () => {
  const node = await withoutKeys();

  const answer = await timed(() => node.request("GET", "/v1/toggles/cart", { key: acme.serverKey }));

  expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
});
