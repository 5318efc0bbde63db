import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const url = "https://chat.example/hook";
const made = z.object({ id: z.uuid(), secret: z.string() });

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

test("a program sets up a webhook, tries it, changes it, rotates its secret, and ends it", async () => {
  const created = await ask("POST", "/v1/webhooks", {
    body: { name: "Chat", url, environments: ["production"] },
  });
  const { id, secret } = made.parse(created.body);
  const tested = await ask("POST", `/v1/webhooks/${id}/test`);
  const deliveries = await ask("GET", `/v1/webhooks/${id}/deliveries?limit=1`);
  const replayed = await ask("POST", `/v1/webhooks/${id}/replay`, { body: {} });
  const paused = await ask("PATCH", `/v1/webhooks/${id}`, {
    headers: { "if-match": '"1"' },
    body: { state: "paused" },
  });
  const rotated = await ask("POST", `/v1/webhooks/${id}/rotate`, { body: { overlapHours: 1 } });
  const listed = await ask("GET", "/v1/webhooks");
  const ended = await ask("DELETE", `/v1/webhooks/${id}`, { headers: { "if-match": '"2"' } });

  expect(created).toMatchObject({ status: 201 });
  expect(created.headers.get("location")).toBe(`/v1/webhooks/${id}`);
  expect(tested).toMatchObject({ status: 202, body: { delivery: expect.any(String) } });
  expect(deliveries).toMatchObject({ body: { items: [{ type: "webhook.test", state: "waiting" }] } });
  expect(replayed).toMatchObject({ status: 202, body: { replayed: 0 } });
  expect(paused).toMatchObject({ status: 200, body: { state: "paused", version: 2 } });
  expect(paused.headers.get("etag")).toBe('"2"');
  expect(made.parse(rotated.body).secret).not.toBe(secret);
  expect(listed).toMatchObject({ body: { items: [{ id, name: "Chat", environments: ["production"] }] } });
  expect(listed.text).not.toContain("whsec_");
  expect(ended.status).toBe(204);
});

test.each([
  ["http://chat.example", "only https is called"],
  ["https://chat.example:22", "only the ports 443 and 8443 are called"],
  ["https://10.0.0.1/hook", "its host is no public address"],
  ["https://2130706433/hook", "its host is no public address"],
])("refuses a webhook at %s, and says why", async (refused, why) => {
  const answer = await ask("POST", "/v1/webhooks", { body: { name: "Chat", url: refused } });

  expect(answer).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: "/url", message: expect.stringContaining(why) }] },
  });
});

test("a change wants to know which version it changes", async () => {
  const { id } = made.parse((await ask("POST", "/v1/webhooks", { body: { name: "Chat", url } })).body);

  const blind = await ask("PATCH", `/v1/webhooks/${id}`, { body: { name: "Other" } });
  const late = await ask("DELETE", `/v1/webhooks/${id}`, { headers: { "if-match": '"7"' } });

  expect([blind.status, late.status]).toEqual([428, 412]);
});

function ask(method: string, path: string, request: object = {}) {
  return api.request(method, path, { key: acme.personalKey, ...request });
}
