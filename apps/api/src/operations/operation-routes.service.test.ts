import { createDatabase, type LineToServer, openLine, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi } from "../../test/start-api.ts";

let database: TestDatabase;
let line: LineToServer;
let api: TestApi;
const stopping = new AbortController();

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  line = await openLine();
  const { url, appUrl, systemUrl } = database;
  api = await startApi(
    { url: line.through(url), appUrl: line.through(appUrl), systemUrl: line.through(systemUrl) },
    { stopping: stopping.signal },
  );
});
afterEach(async () => {
  await api.close();
  await line.close();
});

describe("while the database is away", () => {
  test("a node that never reached it is not ready", async () => {
    line.cut();

    const answer = await api.request("GET", "/readyz");

    expect(answer).toMatchObject({
      status: 503,
      body: { status: "unavailable", parts: { database: "unavailable" } },
    });
  });

  test("reads go on from memory, changes ask to come back, and the node stays ready for reads", async () => {
    const acme = await api.addTenant();
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
    await api.publish();
    const read = () => api.request("GET", "/v1/toggles/cart?userId=ada", { key: acme.serverKey });
    const before = [await read(), await api.request("GET", "/readyz")];

    line.cut();
    const after = await read();
    const change = await api.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      body: { key: "other", default: true },
    });
    const ready = await api.request("GET", "/readyz");

    expect(before).toMatchObject([{ status: 200 }, { status: 200, body: { status: "ok" } }]);
    expect(after).toMatchObject({ status: 200, body: { value: true } });
    expect(change).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(change.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(ready).toMatchObject({ status: 200, body: { status: "degraded" } });
  });
});

describe("operators", () => {
  test("see that the process lives, and what it is, with the database away", async () => {
    line.cut();

    const live = await api.request("GET", "/livez");
    const version = await api.request("GET", "/version");

    expect(live).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(version).toMatchObject({ status: 200, body: { service: "burgee-api", rulesetSchema: 1 } });
  });

  test("read metrics by route's pattern, with nobody's names in them", async () => {
    const acme = await api.addTenant();
    await api.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      body: { key: "secret_plan", default: true },
    });
    await api.publish();
    await api.request("GET", "/v1/toggles/secret_plan?userId=ada", { key: acme.serverKey });

    const { text, headers } = await api.request("GET", "/metrics");

    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    expect(text).toContain('burgee_evaluations_total{reason="STATIC"} 1');
    expect(text).toMatch(
      /burgee_http_request_duration_seconds_count\{route="\/v1\/toggles\/:toggleKey",method="GET",status_class="2xx"\} 1/,
    );
    expect(text).not.toContain("secret_plan");
  });
});

test("a node that stops asks for no more traffic", async () => {
  stopping.abort();

  const answer = await api.request("GET", "/readyz");

  expect(answer).toMatchObject({ status: 503, body: { status: "stopping" } });
});
