import { randomUUID } from "node:crypto";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStream } from "../../test/open-stream.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { watchLimits: { pollMs: 20 } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("tells of a program's first signs as it gives them, and ends with the last", async () => {
  const { personalKey: key, serverKey } = await api.addTenant();
  await api.request("POST", "/v1/toggles", { key, body: { key: "welcome-banner", default: true } });
  const listed = await api.request("GET", "/trpc/sdkKeys.list", { key });
  const [, keyId = ""] = /"id":"([^"]+)","kind":"srv"/.exec(listed.text) ?? [];
  const place = { project: "web", environment: "production" };
  const input = encodeURIComponent(JSON.stringify({ ...place, keyId, toggle: "welcome-banner" }));
  const stream = await openStream(`${api.baseUrl}/trpc/onboarding.watch?input=${input}`, {
    authorization: `Bearer ${key}`,
  });
  const told = () => stream.events.map(({ data }) => data).filter((data) => data.includes("isEvaluated"));
  await eventually(() => expect(told()).toHaveLength(1));

  await api.request("POST", "/v1/events", {
    key: serverKey,
    body: {
      batchId: randomUUID(),
      sdk: { name: "burgee-js-server", version: "0.1.0" },
      applied: null,
      counts: [{ toggle: "welcome-banner", variant: "on", version: 1, count: 1 }],
      events: [],
      unknownKeys: [],
    },
  });

  await eventually(() => expect(told().at(-1)).toContain('"isEvaluated":true'));
  await eventually(() => expect(stream.isClosed()).toBe(true));
  expect(told()[0]).toContain('"keySeenAt":null');
});
