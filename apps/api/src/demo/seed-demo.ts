/** Makes the demo: a tenant with a project, two environments, example toggles and keys. Safe to run at every start. */
import { randomBytes } from "node:crypto";
import {
  AppError,
  accessOf,
  type Caller,
  createEnvironment,
  createProject,
  createSegment,
  createSegmentInput,
  createTenant,
  createToggle,
  createToggleInput,
  issueSdkKey,
  KeyChecker,
  listEnvironments,
  listProjects,
  parseInput,
  registerUser,
  resetPassword,
} from "@burgee/core";
import type { Database, SystemDatabase, TenantId, UserId } from "@burgee/db";
import { type DemoAccess, readDemoFile, writeDemoFile } from "./demo-file.ts";
import { EXAMPLE_SEGMENTS, EXAMPLE_TOGGLES } from "./example-toggles.ts";

export interface SeedDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
}

const EMAIL = "demo@burgee.local";
const TENANT = "Acme";
const PROJECT = { key: "web", name: "Web shop" };
const ENVIRONMENTS = [
  { key: "production", name: "Production" },
  { key: "staging", name: "Staging" },
];
const SCOPE = { project: "web", environment: "production" };
const REQUEST_ID = "seed-demo";

export async function seedDemo(
  deps: SeedDeps,
  { demoFile, baseUrl }: { readonly demoFile: string; readonly baseUrl: string },
): Promise<void> {
  const known = await readDemoFile(demoFile);
  if (known && (await areGood(deps, known))) {
    if (known.baseUrl !== baseUrl) await writeDemoFile(demoFile, { ...known, baseUrl });
    return;
  }

  const password = randomBytes(12).toString("base64url");
  const userId = await findOrRegister(deps, password);
  const caller = callerOf(deps, userId, await findOrFound(deps, userId));
  await fillTenant(caller);
  const personal = await issueSdkKey(caller, { ...SCOPE, kind: "pat", name: "Demo" });
  const server = await issueSdkKey(caller, { ...SCOPE, kind: "srv", name: "Demo server" });
  await writeDemoFile(demoFile, {
    tenant: TENANT,
    email: EMAIL,
    password,
    personalKey: personal.key,
    sdkKey: server.key,
    baseUrl,
    ...SCOPE,
  });
}

/** Whether a file's keys belong to this database, and still open it. */
async function areGood({ system }: SeedDeps, { personalKey, sdkKey }: DemoAccess): Promise<boolean> {
  const keys = KeyChecker.over(system);
  try {
    await Promise.all([keys.check(personalKey), keys.check(sdkKey)]);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") return false;
    throw error;
  }
}

async function findOrRegister({ system }: SeedDeps, password: string): Promise<UserId> {
  const existing = await system.credentials.findUser(EMAIL);
  if (!existing) return registerUser({ system }, { email: EMAIL, name: "Demo", password });
  await resetPassword({ system }, { userId: existing.userId, password });
  return existing.userId;
}

async function findOrFound({ db, system }: SeedDeps, ownerId: UserId): Promise<TenantId> {
  const [membership] = await system.credentials.listMemberships(ownerId);
  if (membership) return membership.tenantId;
  const { tenantId } = await createTenant({ db, system }, { name: TENANT, ownerId, requestId: REQUEST_ID });
  return tenantId;
}

/** The publisher's poll finds what is made here, so nobody is nudged. */
function callerOf({ db, system }: SeedDeps, userId: UserId, tenantId: TenantId): Caller {
  return {
    db,
    system,
    nudge: () => undefined,
    announceKey: () => undefined,
    scheduleStep: () => undefined,
    nudgeJob: () => undefined,
    scheduleChange: () => undefined,
    person: { tenantId, userId, access: accessOf("owner"), home: undefined },
    requestId: REQUEST_ID,
    traceparent: null,
  };
}

/** Adds what is missing: a run that was cut off is made up for by the next. */
async function fillTenant(caller: Caller): Promise<void> {
  const { key: project } = PROJECT;
  const projects = await listProjects(caller);
  if (!projects.some(({ key }) => key === project)) await createProject(caller, PROJECT);

  const environments = await listEnvironments(caller, { project });
  for (const environment of ENVIRONMENTS) {
    if (environments.some(({ key }) => key === environment.key)) continue;
    await createEnvironment(caller, { project, ...environment });
  }
  for (const segment of EXAMPLE_SEGMENTS) {
    await unlessThere(createSegment(caller, parseInput(createSegmentInput, { project, ...segment })));
  }
  for (const toggle of EXAMPLE_TOGGLES) {
    await unlessThere(createToggle(caller, parseInput(createToggleInput, { ...SCOPE, ...toggle })));
  }
}

async function unlessThere(created: Promise<unknown>): Promise<void> {
  try {
    await created;
  } catch (error) {
    const isThere =
      error instanceof AppError && (error.code === "toggle_key_taken" || error.code === "segment_key_taken");
    if (!isThere) throw error;
  }
}
