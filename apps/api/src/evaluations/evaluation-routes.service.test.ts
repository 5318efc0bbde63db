import { createEnvironment, setContextAttribute } from "@burgee/core";
import { createDatabase, openLine, type TestDatabase } from "@burgee/test-support";
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

describe("toggles of numbers and JSON", () => {
  let shop: TestTenant;

  beforeAll(async () => {
    shop = await api.addTenant();
    const rules = [{ condition: "plan == 'pro'", value: { items: [5] } }];
    for (const body of [
      { key: "limits", kind: "json", variants: { few: { items: [1] }, more: { items: [5] }, none: null } },
      { key: "timeout", variants: { short: 0.5, long: 30 }, default: 30 },
    ]) {
      const given = body.key === "limits" ? { ...body, default: { items: [1] }, rules } : body;
      const made = await api.request("POST", "/v1/toggles", { key: shop.personalKey, body: given });
      expect(made).toMatchObject({ status: 201 });
    }
    await api.publish();
  });

  test("are answered as JSON, alone and many at once", async () => {
    const alone = (search: string) => api.request("GET", `/v1/toggles/${search}`, { key: shop.serverKey });

    expect(await alone("limits?plan=pro")).toMatchObject({
      body: { value: { items: [5] }, variant: "more" },
    });
    expect(await alone("timeout")).toMatchObject({ body: { value: 30, variant: "long" } });
    expect(await evaluate({ context: {} }, shop.serverKey)).toMatchObject({
      body: {
        evaluations: [
          { key: "limits", value: { items: [1] } },
          { key: "timeout", value: 30 },
        ],
      },
    });
  });
});

describe("an evaluation that is to be explained", () => {
  const one = (search: string, key = acme.serverKey) =>
    api.request("GET", `/v1/toggles/beta?explain=${search}`, { key });
  const trace = {
    toggle: "beta",
    steps: [
      {
        type: "rule",
        outcome: "served",
        condition: { text: "plan == 'pro'", outcome: true, actual: "pro", expected: "pro" },
      },
    ],
    decision: { variant: "on", reason: "TARGETING_MATCH" },
  };

  test.each(["serverKey", "personalKey"] as const)("tells a %s how the answer came about", async (kind) => {
    const answer = await one("true&plan=pro", acme[kind]);

    expect(answer).toMatchObject({
      status: 200,
      body: { key: "beta", value: true, explanation: { nowMs: expect.any(Number), trace } },
    });
  });

  test("is no attribute, and needs none", async () => {
    expect(await one("true", acme.personalKey)).toMatchObject({
      body: { value: false, explanation: { trace: { steps: [{ outcome: "no_match" }] } } },
    });
    expect(await one("false", acme.personalKey)).toMatchObject({ body: { settings: expect.any(Array) } });
    expect((await one("false&plan=pro")).body).not.toHaveProperty("explanation");
  });

  test("may be one of some that are named", async () => {
    const asked = { context: { plan: "pro" }, toggles: ["beta", "missing"] };

    const answer = await evaluate(asked, acme.serverKey, "?explain=true");

    expect(answer).toMatchObject({
      status: 200,
      body: { evaluations: [{ value: true, explanation: { trace } }, { errorCode: "FLAG_NOT_FOUND" }] },
    });
  });

  test("is not one of more than a few", async () => {
    const toggles = Array.from({ length: 11 }, (_, index) => `toggle-${index}`);

    expect(await evaluate({ toggles }, acme.serverKey, "?explain=true")).toMatchObject({
      status: 400,
      body: { code: "invalid_input", errors: [{ pointer: "/toggles", code: "too_many" }] },
    });
  });

  test.each(["yes", "", "true&explain=true"])("is refused where it says %j", async (search) => {
    expect(await one(search)).toMatchObject({ status: 400, body: { errors: [{ pointer: "/explain" }] } });
    expect(await evaluate({}, acme.serverKey, `?explain=${search}`)).toMatchObject({ status: 400 });
  });

  test("says what a pattern matched", async () => {
    const rules = [{ condition: "mail.matches('@burgee[.]')", value: true }];
    const shop = await api.addTenant();
    const body = { key: "staff", default: false, rules };
    await api.request("POST", "/v1/toggles", { key: shop.personalKey, body });
    await api.publish();

    const address = "/v1/toggles/staff?mail=ada@burgee.example&explain=true";

    expect(await api.request("GET", address, { key: shop.serverKey })).toMatchObject({
      body: { value: true, explanation: { trace: { steps: [{ condition: { outcome: true } }] } } },
    });
  });
});

describe("attributes that the project declares", () => {
  let shop: TestTenant;
  const ask = (search: string) => api.request("GET", `/v1/toggles/adults${search}`, { key: shop.serverKey });

  beforeAll(async () => {
    shop = await api.addTenant();
    const scope = { project: "web", description: "" };
    await setContextAttribute(shop.caller, { ...scope, name: "age", type: "number" });
    await setContextAttribute(shop.caller, { ...scope, name: "since", type: "timestamp" });
    const rules = [
      { id: "age", condition: "age >= 18", value: true },
      { id: "since", condition: "since < timestamp('2026-01-01T00:00:00Z')", value: true },
    ];
    const body = { key: "adults", default: false, rules };
    expect(await api.request("POST", "/v1/toggles", { key: shop.personalKey, body })).toMatchObject({
      status: 201,
    });
    await api.publish();
  });

  test("turn a query's texts into values", async () => {
    expect(await ask("?age=42")).toMatchObject({ status: 200, body: { value: true, ruleId: "age" } });
    expect(await ask("?age=9")).toMatchObject({ status: 200, body: { value: false } });
    expect(await ask("?since=2025-06-01T00:00:00Z")).toMatchObject({ body: { ruleId: "since" } });
  });

  test("leave a body's numbers alone, and turn its texts into timestamps", async () => {
    const since = "2025-06-01T00:00:00Z";

    expect(await evaluate({ context: { age: "42" } }, shop.serverKey)).toMatchObject({
      body: { evaluations: [{ value: false }] },
    });
    expect(await evaluate({ context: { since } }, shop.serverKey)).toMatchObject({
      body: { evaluations: [{ value: true, ruleId: "since" }] },
    });
  });

  test.each([
    ["?age=old", "/age"],
    ["?age=1&age=2", "/age"],
    ["?since=yesterday", "/since"],
  ])("refuse %s", async (search, pointer) => {
    expect(await ask(search)).toMatchObject({
      status: 400,
      body: { code: "invalid_input", errors: [{ pointer, code: "invalid_attribute" }] },
    });
  });

  test("need no database to be known", async () => {
    const line = await openLine();
    const { url, appUrl, systemUrl } = database;
    const urls = { url: line.through(url), appUrl: line.through(appUrl), systemUrl: line.through(systemUrl) };
    const node = await startApi(urls);
    const asked = () => node.request("GET", "/v1/toggles/adults?age=42", { key: shop.serverKey });
    expect(await asked()).toMatchObject({ status: 200 });

    line.cut();

    expect(await asked()).toMatchObject({ status: 200, body: { value: true } });
    await node.close();
    await line.close();
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
