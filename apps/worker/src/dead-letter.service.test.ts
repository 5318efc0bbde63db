import { createTenant, registerUser } from "@burgee/core";
import { openDatabase, openSystemDatabase, type TenantId } from "@burgee/db";
import { createLogger, type JobFailure, openPools } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepFailures } from "./dead-letter.ts";

const lines: string[] = [];
const log = createLogger({ level: "error", name: "test", sink: { write: (line) => void lines.push(line) } });
let database: TestDatabase;
let tenantId: TenantId;
let keep: (failure: JobFailure) => Promise<void>;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createDatabase();
  const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  const ownerId = await registerUser(
    { system },
    { email: "ana@example.com", name: "Ana", password: "correct horse battery" },
  );
  ({ tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "test" }));
  keep = keepFailures(system, log);
  close = async () => {
    await db.close();
    await system.close();
  };
});

afterAll(async () => {
  await close();
  await database.drop();
});

test("keeps a job that failed for good, with what it was about and why", async () => {
  await keep(failureOf({ tenantId, step: 3 }));

  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query("select source, payload, error, attempts from burgee.dead_letters");
  await client.end();
  expect(rows).toEqual([
    { source: "apply-rollout-step", payload: { tenantId, step: 3 }, error: "no luck", attempts: 8 },
  ]);
});

test("logs a job whose payload names no tenant, since nobody could look it up", async () => {
  await keep(failureOf({ step: "garbage" }));

  expect(lines.join("")).toContain("belongs to no tenant");
});

function failureOf(payload: unknown): JobFailure {
  return {
    job: "apply-rollout-step",
    queue: "rollouts",
    id: "x-1",
    payload,
    attempts: 8,
    cause: new Error("no luck"),
  };
}
