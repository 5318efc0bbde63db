/** Tenants with a project, environments and keys, made by the use cases, for as much load as a row wants. */
import {
  accessOf,
  type Caller,
  createEnvironment,
  createProject,
  createTenant,
  createToggle,
  createToggleInput,
  issueSdkKey,
  parseInput,
  registerUser,
} from "@burgee/core";
import { openDatabase, openSystemDatabase, type TenantId } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";

export interface FoundTenant {
  readonly tenantId: TenantId;
  /** May change everything in the tenant. */
  readonly personalKey: string;
  /** Reads the first of its environments. */
  readonly serverKey: string;
}

export interface TenantsWanted {
  readonly tenants: number;
  /** Their keys; the first is where the keys are at home. */
  readonly environments?: readonly string[];
  /** Keys of boolean toggles that serve true when they are enabled, and false else; they begin enabled. */
  readonly toggles: readonly string[];
}

const PROJECT = "web";

/** @param databaseUrl a login that may take on our roles, and a database that is migrated */
export async function foundTenants(
  databaseUrl: string,
  { tenants, environments = ["production"], toggles }: TenantsWanted,
): Promise<readonly FoundTenant[]> {
  const log = createLogger({ level: "silent", name: "faults" });
  const pools = openPools({ databaseUrl }, { applicationName: "faults", log });
  const db = openDatabase(pools.app);
  const system = openSystemDatabase(pools.system);
  try {
    const person = { name: "Ada", password: "correct horse battery" };
    const found: FoundTenant[] = [];
    for (let at = 0; at < tenants; at++) {
      // An owner each: nobody may have as many tenants as some rows want.
      const email = `faults-${process.pid}-${at}@burgee.local`;
      const ownerId = await registerUser({ system }, { ...person, email });
      const named = { name: `Tenant ${at}`, ownerId, requestId: "faults" };
      const { tenantId } = await createTenant({ db, system }, named);
      const caller: Caller = {
        db,
        system,
        nudge: () => undefined,
        announceKey: () => undefined,
        scheduleStep: () => undefined,
        nudgeJob: () => undefined,
        scheduleChange: () => undefined,
        person: { tenantId, userId: ownerId, access: accessOf("owner"), home: undefined },
        requestId: "faults",
        traceparent: null,
      };
      found.push({ tenantId, ...(await fill(caller, environments, toggles)) });
    }
    return found;
  } finally {
    await Promise.all([db.close(), system.close()]);
  }
}

async function fill(caller: Caller, environments: readonly string[], toggles: readonly string[]) {
  const [first = ""] = environments;
  await createProject(caller, { key: PROJECT, name: "Web shop" });
  for (const key of environments) await createEnvironment(caller, { project: PROJECT, key, name: key });
  const scope = { project: PROJECT, environment: first };
  for (const key of toggles) {
    await createToggle(
      caller,
      parseInput(createToggleInput, { ...scope, key, default: true, off: false, enabled: true }),
    );
  }
  const personal = await issueSdkKey(caller, { ...scope, kind: "pat", name: "Faults" });
  const server = await issueSdkKey(caller, { ...scope, kind: "srv", name: "Faults" });
  return { personalKey: personal.key, serverKey: server.key };
}
