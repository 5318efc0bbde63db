import { randomUUID } from "node:crypto";
import type { Database, Role, SystemDatabase, Tenant } from "@burgee/db";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import type pg from "pg";
import { accessOf } from "../src/access/access.ts";
import type {
  AnnounceKey,
  Caller,
  Nudge,
  NudgeJob,
  Person,
  ScheduleChange,
  ScheduleStep,
} from "../src/access/caller.ts";
import { createEnvironment } from "../src/environments/create-environment.ts";
import { parseInput } from "../src/errors/invalid-input.ts";
import type { KeyEncryption } from "../src/keyring/key-encryption.ts";
import { createKeyring, type Keyring } from "../src/keyring/keyring.ts";
import { registerUser } from "../src/people/register-user.ts";
import { createProject } from "../src/projects/create-project.ts";
import { createTenant } from "../src/tenants/create-tenant.ts";
import { createToggle } from "../src/toggles/create-toggle.ts";
import { createToggleInput } from "../src/toggles/toggle-input.ts";
import type { ChangedToggleView } from "../src/toggles/toggle-view.ts";

const UNWRAPPED: KeyEncryption = {
  wrap: async (dataKey) => dataKey.toString("base64"),
  unwrap: async (wrapped) => Buffer.from(wrapped, "base64"),
};

/** A caller whose key is at home in the environment `production` of the project `web`. */
export type AtHome = Caller & { readonly person: Person & { readonly home: NonNullable<Person["home"]> } };

export interface Installation {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly system: SystemDatabase;
  /** As the login that made the database, beside every door. */
  readonly admin: pg.Pool;
  /** Wraps nothing: data keys lie open. */
  readonly keyEncryption: KeyEncryption;
  readonly keyring: Keyring;
  /** As of another process, which knows no key yet. */
  newKeyring(): Keyring;
  readonly nudges: Parameters<Nudge>[0][];
  readonly nudgedJobs: Parameters<NudgeJob>[0][];
  readonly announced: Parameters<AnnounceKey>[0][];
  readonly scheduled: { readonly step: Parameters<ScheduleStep>[0]; readonly delayMs: number }[];
  readonly alarms: { readonly change: Parameters<ScheduleChange>[0]; readonly delayMs: number }[];
  /** The owner of a new tenant with a project and an environment of their own. */
  newTenant(): Promise<AtHome>;
  close(): Promise<void>;
}

/** Everything but the processes: a database of the test file's own, and ports that remember what they were told. */
export async function install(): Promise<Installation> {
  const database = await createDatabase();
  const log = createLogger({ level: "silent", name: "test" });
  const pools = openPools({ databaseUrl: database.url }, { applicationName: "core-test", log });
  const { app: admin } = openPools(
    { databaseUrl: database.url, appDatabaseUrl: database.url },
    { applicationName: "core-test-admin", log },
  );
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  const nudges: Installation["nudges"] = [];
  const nudgedJobs: Installation["nudgedJobs"] = [];
  const announced: Installation["announced"] = [];
  const scheduled: Installation["scheduled"] = [];
  const alarms: Installation["alarms"] = [];
  const ports = {
    db,
    system,
    nudge: (environment: Parameters<Nudge>[0]) => {
      nudges.push(environment);
    },
    nudgeJob: (job: Parameters<NudgeJob>[0]) => {
      nudgedJobs.push(job);
    },
    announceKey: (key: Parameters<AnnounceKey>[0]) => {
      announced.push(key);
    },
    scheduleStep: (step: Parameters<ScheduleStep>[0], delayMs: number) => {
      scheduled.push({ step, delayMs });
    },
    scheduleChange: (change: Parameters<ScheduleChange>[0], delayMs: number) => {
      alarms.push({ change, delayMs });
    },
  };

  const newKeyring = () => createKeyring({ dataKeys: system.dataKeys, keyEncryption: UNWRAPPED });
  return {
    database,
    db,
    system,
    admin,
    keyEncryption: UNWRAPPED,
    keyring: newKeyring(),
    newKeyring,
    nudges,
    nudgedJobs,
    announced,
    scheduled,
    alarms,
    newTenant: async () => {
      const userId = await newUser(system);
      const { tenantId } = await newTenantOf({ db, system }, userId);
      const person = { tenantId, userId, access: accessOf("owner"), home: undefined };
      const caller: Caller = { ...ports, person, requestId: "req-1", traceparent: null };
      return atHome(caller);
    },
    close: async () => {
      await Promise.all([db.close(), system.close(), admin.end()]);
      await database.drop();
    },
  };
}

/** The same caller in another role. */
export function inRole<C extends Caller>(caller: C, role: Role): C {
  return { ...caller, person: { ...caller.person, access: accessOf(role) } };
}

/** Another member of the caller's tenant, as their credential would find them. */
export async function addMember<C extends Caller>(caller: C, role: Role): Promise<C> {
  const { db, system, person } = caller;
  const userId = await newUser(system);
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, role));
  return asFound({ ...caller, person: { ...person, userId } });
}

/** The same caller, with the roles that they have by now. */
export async function asFound<C extends Caller>(caller: C): Promise<C> {
  const { db, person } = caller;
  const member = await db.read(person.tenantId, ({ members }) => members.find(person.userId));
  if (!member) throw new Error("They are no member.");
  return { ...caller, person: { ...person, access: accessOf(member.role, member.bindings) } };
}

/** The same caller without a project or an environment of their own. */
export function homeless(caller: Caller): Caller {
  return { ...caller, person: { ...caller.person, home: undefined } };
}

/** Creates a toggle from an input as it would come over the wire; on by default. */
export function aToggle(caller: Caller, key: string, input: object = {}): Promise<ChangedToggleView> {
  return createToggle(caller, parseInput(createToggleInput, { key, default: true, ...input }));
}

export function newUser(system: SystemDatabase) {
  return registerUser(
    { system },
    { email: `${randomUUID()}@example.com`, name: "Ada Lovelace", password: "correct horse battery" },
  );
}

function newTenantOf(doors: Pick<Caller, "db" | "system">, ownerId: Person["userId"]): Promise<Tenant> {
  return createTenant(doors, { name: "Acme", ownerId, requestId: "req-0" });
}

async function atHome(caller: Caller): Promise<AtHome> {
  await createProject(caller, { key: "web", name: "Web" });
  await createEnvironment(caller, { project: "web", key: "production", name: "Production" });
  const home = await caller.db.read(caller.person.tenantId, async ({ projects, environments }) => {
    const project = await projects.findByKey("web");
    const environment = project && (await environments.findByKey(project.projectId, "production"));
    if (!project || !environment) throw new Error("The home is gone.");
    return { projectId: project.projectId, environmentId: environment.environmentId };
  });
  return { ...caller, person: { ...caller.person, home } };
}
