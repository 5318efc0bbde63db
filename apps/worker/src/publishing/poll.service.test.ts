import {
  accessOf,
  type Caller,
  createEnvironment,
  createKeyring,
  createProject,
  createTenant,
  type Keyring,
  type PublisherPorts,
  PublishTurns,
  registerUser,
} from "@burgee/core";
import {
  type Database,
  openDatabase,
  openSystemDatabase,
  type SystemDatabase,
  type TenantId,
} from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPoll } from "./poll.ts";

let database: TestDatabase;
let db: Database;
let system: SystemDatabase;
let keyring: Keyring;

beforeAll(async () => {
  database = await createDatabase();
  const log = createLogger({ level: "silent", name: "test" });
  const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
  db = openDatabase(pools.app);
  system = openSystemDatabase(pools.system);
  keyring = createKeyring({
    dataKeys: system.dataKeys,
    keyEncryption: {
      wrap: async (dataKey) => dataKey.toString("base64"),
      unwrap: async (wrapped) => Buffer.from(wrapped, "base64"),
    },
  });
});
afterAll(async () => {
  await Promise.all([db.close(), system.close()]);
  await database.drop();
});

test("one tenant's heavy rulesets keep nobody else's waiting, and are published in the end", async () => {
  const published: TenantId[] = [];
  let isHeavy = true;
  let held = 0;
  const { promise: lightened, resolve: lighten } = Promise.withResolvers<void>();
  const pause = async () => {
    if (!isHeavy) return;
    held++;
    await lightened;
  };
  const ports: PublisherPorts = {
    db,
    system,
    keyring,
    announce: async () => undefined,
    onOutcome: ({ tenantId }, { outcome }) => {
      if (outcome === "published") published.push(tenantId);
    },
    turns: new PublishTurns(),
    gate: { stretchMs: 0, pause },
  };
  const errors: unknown[] = [];
  const poll = createPoll(ports, (error) => errors.push(error));

  const heavy = await addTenant("Heavy", 8);
  await poll.begin();
  // As many as a tenant may publish at a time.
  await eventually(async () => expect(held).toBe(4));
  isHeavy = false;
  const light = await addTenant("Light", 1);
  await poll.begin();

  await eventually(async () => expect(published).toEqual([light]));
  lighten();
  await poll.settled();
  await poll.begin();
  await poll.settled();
  expect(published.filter((each) => each === heavy)).toHaveLength(8);
  expect(errors).toEqual([]);
});

async function addTenant(name: string, environments: number): Promise<TenantId> {
  const email = `${name.toLowerCase()}@example.com`;
  const userId = await registerUser({ system }, { email, name, password: "correct horse battery" });
  const { tenantId } = await createTenant({ db, system }, { name, ownerId: userId, requestId: "test" });
  const caller: Caller = {
    ...{ db, system, requestId: "test", traceparent: null },
    person: { tenantId, userId, access: accessOf("owner"), home: undefined },
    nudge: () => undefined,
    announceKey: () => undefined,
    scheduleStep: () => undefined,
    nudgeJob: () => undefined,
    scheduleChange: () => undefined,
  };
  await createProject(caller, { key: "web", name: "Web" });
  for (let at = 0; at < environments; at++) {
    await createEnvironment(caller, { project: "web", key: `e${at}`, name: `E${at}` });
  }
  return tenantId;
}
