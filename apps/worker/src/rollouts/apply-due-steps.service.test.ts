import {
  accessOf,
  type Caller,
  createEnvironment,
  createProject,
  createRollout,
  createRolloutInput,
  createTenant,
  createToggle,
  createToggleInput,
  parseInput,
  registerUser,
  startRollout,
  startRolloutInput,
} from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { createDatabase, eventually } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { applyDueSteps } from "./apply-due-steps.ts";

const database = await createDatabase();
const log = createLogger({ level: "silent", name: "test" });
const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
const db = openDatabase(pools.app);
const system = openSystemDatabase(pools.system);
const admin = new pg.Pool({ connectionString: database.url, max: 2 });
const caller = await newCaller();
afterAll(async () => {
  await Promise.all([db.close(), system.close(), admin.end()]);
  await database.drop();
});

test("what a worker has taken when it dies is due again 10 s later", async () => {
  await somePlans("production", 1);
  const release = await lockEnvironment("production");

  const applying = applyDueSteps(caller, log);

  await eventually(async () => expect(await claimedForMs()).toHaveLength(1));
  const [claimedMs = 0] = await claimedForMs();
  expect(claimedMs).toBeGreaterThan(5_000);
  expect(claimedMs).toBeLessThanOrEqual(10_000);
  await release();
  await applying;
});

test("one that hangs keeps none of the others waiting, however many they are", async () => {
  await createEnvironment(caller, { project: "web", key: "staging", name: "Staging" });
  const [hung] = await somePlans("staging", 1);
  const others = await somePlans("production", 20);
  const release = await lockEnvironment("staging");

  const applying = applyDueSteps(caller, log);

  await eventually(async () => expect(new Set(await statusOf(others))).toEqual(new Set(["completed"])));
  expect(await statusOf([hung ?? ""])).toEqual(["ready"]);
  await release();
  await applying;
  expect(await statusOf([hung ?? ""])).toEqual(["completed"]);
});

/** Whoever changes something in it waits. */
async function lockEnvironment(key: string): Promise<() => Promise<void>> {
  const client = await admin.connect();
  await client.query("begin");
  await client.query("select from burgee.environments where key = $1 for update", [key]);
  return async () => {
    await client.query("commit");
    client.release();
  };
}

async function newCaller(): Promise<Caller> {
  const password = "correct horse battery staple";
  const ownerId = await registerUser({ system }, { email: "ada@example.com", name: "Ada", password });
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId, requestId: "test" });
  const person = { tenantId, userId: ownerId, access: accessOf("owner"), home: undefined };
  const caller: Caller = {
    ...{ db, system, person, requestId: "test", traceparent: null },
    nudge: () => undefined,
    announceKey: () => undefined,
    scheduleStep: () => undefined,
    nudgeJob: () => undefined,
    scheduleChange: () => undefined,
  };
  await createProject(caller, { key: "web", name: "Web" });
  await createEnvironment(caller, { project: "web", key: "production", name: "Production" });
  return caller;
}

let made = 0;

/** Of one step each, which is due, and which ends them. */
async function somePlans(environment: string, count: number): Promise<readonly string[]> {
  const place = { project: "web", environment };
  const steps = [{ share: { type: "percentage", value: 50 } }];
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const toggle = `rolled-${made++}`;
    await createToggle(caller, parseInput(createToggleInput, { ...place, key: toggle, default: false }));
    const plan = await createRollout(caller, parseInput(createRolloutInput, { ...place, toggle, steps }));
    const { id, version: expectedVersion } = plan;
    await startRollout(caller, parseInput(startRolloutInput, { id, expectedVersion, settingVersion: 1 }));
    ids.push(id);
  }
  return ids;
}

async function claimedForMs(): Promise<readonly number[]> {
  const { rows } = await admin.query<{ ms: number }>(
    `select (extract(epoch from look_at - clock_timestamp()) * 1000)::float8 as ms
       from burgee.rollout_plans where look_at > clock_timestamp()`,
  );
  return rows.map(({ ms }) => ms);
}

async function statusOf(ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await admin.query<{ status: string }>(
    "select status from burgee.rollout_plans where rollout_plan_id = any ($1)",
    [ids],
  );
  return rows.map(({ status }) => status);
}
