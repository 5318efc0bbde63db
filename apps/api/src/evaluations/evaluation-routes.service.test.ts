import { createEnvironment } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
  for (const [key, condition] of [
    ["beta", "plan == 'pro'"],
    ["cart", "count > 3"],
  ]) {
    const rules = [{ condition, value: true }];
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key, default: false, rules } });
  }
  await api.publish();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const evaluate = (body: object, key = acme.serverKey, search = "") =>
  api.request("POST", `/v1/evaluate${search}`, { key, body });

describe("evaluating many toggles", () => {
  test("answers all of them for one context, whose attributes keep their types", async () => {
    const answer = await evaluate({ context: { plan: "pro", count: 4 } });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        epoch: expect.any(String),
        revision: 3,
        evaluations: [
          { key: "beta", enabled: true, value: true, variant: "on", metadata: { source: "live" } },
          { key: "cart", enabled: true, value: true, variant: "on" },
        ],
      },
    });
  });

  test("answers only those that are named, and tells which are not there", async () => {
    const answer = await evaluate({ context: {}, toggles: ["cart", "missing", "cart"] });

    expect(answer).toMatchObject({
      body: {
        evaluations: [
          { key: "cart", value: false, reason: "DEFAULT" },
          { key: "missing", value: null, variant: null, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" },
        ],
      },
    });
  });

  test("answers a person for the environment that they name", async () => {
    const search = "?project=web&environment=staging";

    const answer = await evaluate({ context: { plan: "pro" } }, acme.personalKey, search);

    expect(answer).toMatchObject({ body: { evaluations: [{ reason: "DISABLED" }, { reason: "DISABLED" }] } });
  });

  test.each([
    ["a context that is a list", { context: [] }],
    ["a text beyond its bound", { context: { userId: "x".repeat(9_000) } }],
    [
      "more attributes than its bound",
      { context: Object.fromEntries([...Array(1_001).keys()].map((n) => [`a${n}`, n])) },
    ],
    ["an unknown field", { context: {}, toggle: "cart" }],
    ["too many toggles", { toggles: Array(1_001).fill("cart") }],
  ])("refuses %s", async (_, body) => {
    const answer = await evaluate(body);

    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  });
});

test("an environment whose first ruleset is not published yet asks to come back", async () => {
  await createEnvironment(acme.caller, { project: "web", key: "fresh", name: "Fresh" });

  const answer = await api.request("GET", "/v1/toggles/cart?userId=ada&project=web&environment=fresh", {
    key: acme.personalKey,
  });

  expect(answer).toMatchObject({ status: 503, body: { code: "ruleset_not_ready" } });
  expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
});
