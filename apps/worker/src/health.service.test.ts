import { openSystemDatabase } from "@burgee/db";
import { createLogger, createMetrics, openPools } from "@burgee/runtime";
import { createDatabase, freePort, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveHealth } from "./health.ts";

const log = createLogger({ level: "silent", name: "test" });
const stopping = new AbortController();
const stops: (() => Promise<void> | void)[] = [];
let database: TestDatabase;
let url: string;

beforeAll(async () => {
  database = await createDatabase();
  const { system: pool, app } = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
  const system = openSystemDatabase(pool);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  await serveHealth({
    port,
    system,
    metrics: createMetrics({ service: "worker", version: "test" }),
    lifecycle: {
      onStop: (_, stop) => stops.push(stop),
      stop: async () => {},
      stopping: stopping.signal,
    },
    log,
  });
  stops.push(
    () => system.close(),
    () => app.end(),
  );
});

afterAll(async () => {
  for (const stop of stops) await stop();
  await database.drop();
});

test("says that it lives, and what it measures", async () => {
  const [live, metrics] = await Promise.all([fetch(`${url}/livez`), fetch(`${url}/metrics`)]);

  expect(live.status).toBe(200);
  expect(await metrics.text()).toContain('burgee_build_info{service="worker"');
});

test("is ready while the database answers, and not while it stops", async () => {
  const before = await fetch(`${url}/readyz`);

  stopping.abort();

  expect(before.status).toBe(200);
  expect(await before.json()).toEqual({ status: "ok", parts: { database: "ok" } });
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
});

test("answers 404 for anything else", async () => {
  const { status } = await fetch(`${url}/nothing`);

  expect(status).toBe(404);
});
