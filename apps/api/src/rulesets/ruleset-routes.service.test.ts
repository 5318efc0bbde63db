import { readRuleset } from "@burgee/engine";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const poll = (headers: Record<string, string> = {}) =>
  api.request("GET", "/v1/ruleset", { key: acme.serverKey, headers });

describe("the ruleset", () => {
  test("is whole, readable, and tagged with its epoch and revision", async () => {
    const answer = await poll();

    const read = readRuleset(answer.body);
    expect(answer.status).toBe(200);
    expect(read.ok && `"${read.ruleset.epoch}.${read.ruleset.revision}"`).toBe(answer.headers.get("etag"));
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
  });

  test.each([
    ["the tag", (etag: string) => etag],
    ["the tag made weak by a proxy", (etag: string) => `W/${etag}`],
    ["a list that holds the tag", (etag: string) => `"other", ${etag}`],
    ["anything", () => "*"],
  ])("is not sent again to who has %s", async (_, tagOf) => {
    const etag = (await poll()).headers.get("etag") ?? "";

    const answer = await poll({ "if-none-match": tagOf(etag) });

    expect(answer).toMatchObject({ status: 304, text: "" });
    expect(answer.headers.get("etag")).toBe(etag);
  });

  test("is sent once more after a change", async () => {
    const etag = (await poll()).headers.get("etag") ?? "";
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
    await api.publish();

    const answer = await eventually(async () => {
      const polled = await poll({ "if-none-match": etag });
      return polled.status === 200 && polled;
    });

    expect(answer).toMatchObject({ status: 200, body: { toggles: { cart: { version: 1 } } } });
  });
});
