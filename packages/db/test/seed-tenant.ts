import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../src/database.ts";
import { newId } from "../src/ids.ts";
import type { NewRolloutPlan } from "../src/rollouts/rollout-plan-repo.ts";
import type {
  AuditExportId,
  ConnectionId,
  DataKeyId,
  EnvironmentId,
  GuardCredentialId,
  ProjectId,
  RolloutPlanId,
  ScimGroupId,
  ScimUserId,
  SegmentId,
  SegmentState,
  SettingState,
  SigningKeyId,
  TenantId,
  ToggleId,
  UserId,
  WebhookId,
  WebhookSecretId,
} from "../src/schema/records.ts";
import type { SystemDatabase } from "../src/system/system-database.ts";

export interface SeededTenant {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly projectId: ProjectId;
  readonly environmentId: EnvironmentId;
  readonly toggleId: ToggleId;
  readonly segmentId: SegmentId;
  readonly listHash: string;
  readonly rolloutPlanId: RolloutPlanId;
  readonly scimUserId: ScimUserId;
  readonly scimGroupId: ScimGroupId;
}

export const STATE: SettingState = {
  enabled: true,
  archived: false,
  offVariant: "off",
  defaultVariant: "on",
  rules: [],
  rollout: null,
};

const SEGMENT: SegmentState = {
  description: "",
  archived: false,
  include: [],
  exclude: [],
  condition: null,
  stickiness: "userId",
};

const OBSERVED = {
  step: 1,
  guardKey: "errors",
  arm: "control",
  unit: "ada",
  isExposed: true,
  isHit: false,
  valueClass: 0,
  isMeasured: false,
} as const;
const FINDING = { step: 1, planVersion: 1, verdict: "unknown", action: "hold", evidence: {} } as const;

/** Of one step. */
export const PLAN: Omit<NewRolloutPlan, "environmentId" | "toggleId"> = {
  variant: "on",
  stickiness: null,
  steps: [
    { share: { type: "percentage", buckets: 10_000 }, audience: null, hold: { type: "time", ms: 3_600_000 } },
  ],
  window: null,
  startAt: null,
  guards: [],
};
const DUE = { status: "ready", settingVersion: 1 } as const;
const STEP = {
  run: 1,
  step: 0,
  kind: "started",
  settingVersion: 1,
  foldedSteps: [],
  evidence: null,
} as const;

const ACTOR = "system";
const BOUGHT = { name: "bought", at: "2026-01-31T12:00:00Z", context: {}, value: 9.5 };

/** Makes a tenant through the repositories, with a row in every table that has tenants' rows. */
export async function seedTenant(db: Database, system: SystemDatabase): Promise<SeededTenant> {
  const [userId, coOwnerId] = [await addUser(system), await addUser(system)];
  const tenantId = newId<TenantId>();
  const seeded = await db.transact(tenantId, async (writers) => {
    await writers.tenants.create("Acme");
    await writers.tenants.addMember(userId, "owner");
    await writers.tenants.addMember(coOwnerId, "owner");
    await writers.invitations.create({
      tokenHash: randomBytes(32),
      email: `${randomUUID()}@example.com`,
      role: "viewer",
      invitedBy: userId,
      lifeMs: 3_600_000,
    });
    await writers.audit.begin(randomBytes(32));
    const project = must(await writers.projects.create({ key: "web", name: "Web" }));
    const { projectId } = project;
    const environment = must(
      await writers.environments.create({ projectId, key: "production", name: "Production", critical: true }),
    );
    const { environmentId, epoch } = environment;
    await writers.roles.create({ key: "guest", name: "Guest", permissions: ["toggle.read"] }, ACTOR);
    await writers.grants.set({ userId, projectId, environmentId, role: "guest" }, ACTOR);
    const toggle = must(
      await writers.toggles.create(
        {
          projectId,
          key: "cart",
          name: "",
          tags: [],
          kind: "boolean",
          description: "",
          variants: { on: true, off: false },
          valueSchema: null,
          defaultVariant: "on",
          offVariant: "off",
        },
        ACTOR,
      ),
    );
    const { toggleId } = toggle;
    const setting = await writers.settings.create(
      { environmentId, toggleId, state: STATE, salt: "0123456789", compiledBytes: 0, segmentKeys: [] },
      ACTOR,
    );
    const { revision } = await writers.environments.raiseRevision(environmentId, 0);
    await writers.settings.addVersion(setting, toggle, revision, ACTOR);
    const type = "toggle.changed";
    await writers.outbox.append({
      environmentId,
      epoch,
      revision,
      type,
      toggleId,
      version: 1,
      traceparent: null,
    });
    await writers.notices.add({ type, environmentId, revision, data: { toggle: "cart" } });
    const includeList = { hash: randomBytes(32).toString("hex"), count: 1 };
    await writers.segmentLists.add(projectId, { ...includeList, bytes: randomBytes(8) }, ACTOR);
    const state = { ...SEGMENT, includeList };
    const segment = must(
      await writers.segments.create(
        { projectId, key: "beta", state, segmentKeys: [], compiledBytes: 0 },
        ACTOR,
      ),
    );
    const attribute = { name: "region", type: "string", description: "" } as const;
    await writers.contextAttributes.set(projectId, attribute, ACTOR);
    await writers.segments.addVersion(segment, ACTOR);
    await writers.segmentLists.addReferences(segment);
    await writers.segments.addRevisions(environmentId, revision, [segment]);

    const plan = await writers.rollouts.create({ environmentId, toggleId, ...PLAN }, ACTOR);
    const now = await writers.rollouts.now();
    await writers.rollouts.move(plan, { ...DUE, startedAt: now, nextAt: now, lookAt: now });
    await writers.rollouts.log(plan.rolloutPlanId, { ...STEP, revision, appliedAt: now });
    const noticed = { stage: "new", stageSince: new Date(), lastSeenAt: null, staleSince: null } as const;
    await writers.lives.save([{ toggleId, ...noticed }]);
    await writers.scheduledChanges.create(
      {
        ...{ environmentId, toggleId, plannedBy: userId, zone: null, expectedVersion: 1 },
        edit: { type: "setEnabled", enabled: false },
        dueAt: new Date(Date.now() + 3_600_000),
      },
      86_400_000,
    );
    await writers.guards.beginWatch(plan.rolloutPlanId, now);
    await writers.guards.saveFinding(plan.rolloutPlanId, { ...FINDING, since: now, foundAt: now });
    const sdkKey = await writers.sdkKeys.create(
      {
        kind: "pat",
        hash: createHash("sha256").update(randomUUID()).digest(),
        display: "bg_pat_abcd…",
        name: "Laptop",
        projectId,
        environmentId,
        userId,
        origins: [],
        reach: { permissions: ["toggle.read"], environments: [{ projectId, environmentId }] },
        expiresAt: null,
        replaces: null,
      },
      ACTOR,
    );
    await writers.usage.add({
      batchId: randomUUID(),
      environmentId,
      sdkKeyId: sdkKey.sdkKeyId,
      sdk: { name: "js", version: "0.1.0" },
      applied: null,
      counts: [{ toggle: "cart", variant: "on", version: 1, count: 3 }],
      events: ["ada", "bo"].map((identifier) => ({ ...BOUGHT, identifier })),
      unknownKeys: [{ key: "crat", count: 1 }],
      dropped: { evaluations: 0, events: 1 },
    });
    const head = await writers.audit.lockHead();
    await writers.audit.append([
      {
        seq: head.seq + 1,
        createdAt: head.now,
        actor: ACTOR,
        action: "tenant.created",
        object: `tenant/${tenantId}`,
        environmentId: null,
        revision: null,
        requestId: null,
        address: null,
        userAgent: null,
        before: null,
        after: null,
        hashVersion: 2,
        previousHash: head.hash,
        hash: randomBytes(32),
      },
    ]);
    await writers.auditExports.begin({
      auditExportId: newId<AuditExportId>(),
      format: "jsonl",
      filter: {},
      last: { seq: 1, hash: randomBytes(32) },
      createdBy: ACTOR,
      keptMs: 3_600_000,
    });
    const { segmentId } = segment;
    const listHash = includeList.hash;
    const { rolloutPlanId } = plan;
    return {
      tenantId,
      userId,
      projectId,
      environmentId,
      toggleId,
      segmentId,
      listHash,
      epoch,
      rolloutPlanId,
    };
  });

  // One of the two stays where it came in.
  await system.eventIntake.move(tenantId, 1, {
    pseudonymsOf: async (identifiers) => new Map(identifiers.map((each) => [each, randomBytes(32)])),
    observe: (events) =>
      events.map(({ receivedAt }) => ({
        ...OBSERVED,
        rolloutPlanId: seeded.rolloutPlanId,
        since: receivedAt,
        receivedAt,
      })),
  });
  const { environmentId, epoch } = seeded;
  await system.publish((publications) =>
    publications.publish(
      { tenantId, environmentId, publishedRevision: 0 },
      {
        epoch,
        revision: 1,
        body: "{}",
        removed: {},
        removedSegments: {},
        attributesRevision: 0,
        sha256: randomBytes(32),
        seal: null,
      },
    ),
  );
  await system.sessions.create({
    tenantId,
    sessionHash: randomBytes(32),
    userId,
    credentialsVersion: 1,
    userAgent: "test",
    idleMs: 3_600_000,
    longestMs: 3_600_000,
  });
  const dataKeyId = newId<DataKeyId>();
  await system.dataKeys.add({ owner: tenantId, dataKeyId, wrapped: "none" });
  await seedSingleSignOn(db, { tenantId, userId, dataKeyId });
  await db.transact(tenantId, ({ signingKeys }) =>
    signingKeys.add({
      signingKeyId: newId<SigningKeyId>(),
      publicKey: randomBytes(32),
      sealedPrivate: `v1|${dataKeyId}|none`,
    }),
  );
  await seedWebhooks(db, system, { tenantId, userId, dataKeyId });
  await db.transact(tenantId, ({ guards }) =>
    guards.setCredential(seeded.rolloutPlanId, "errors", {
      guardCredentialId: newId<GuardCredentialId>(),
      sealed: `v1|${dataKeyId}|none`,
    }),
  );
  const provisioned = await seedScim(db, { tenantId, userId });
  await db.transact(tenantId, ({ jobs }) =>
    jobs.create({ kind: "verify-audit", payload: {}, createdBy: ACTOR, traceparent: "00-0-0-00" }),
  );
  await system.quotas.set(tenantId, "toggles", 100);
  await system.addDeadLetter({ tenantId, source: "test", payload: {}, error: "none", attempts: 1 });
  return { ...seeded, ...provisioned };
}

async function seedSingleSignOn(
  db: Database,
  { tenantId, userId, dataKeyId }: { tenantId: TenantId; userId: UserId; dataKeyId: DataKeyId },
): Promise<void> {
  await db.transact(tenantId, async ({ connections, singleSignOn }) => {
    const { connectionId, version } = await connections.create({
      connectionId: newId<ConnectionId>(),
      name: "Acme",
      issuer: "https://login.example.com",
      clientId: "burgee",
      secretVersion: 1,
      sealedSecret: `v1|${dataKeyId}|none`,
      scopes: ["openid"],
      roleClaim: null,
      roles: {},
      defaultRole: "viewer",
    });
    await connections.addDomain({ domain: "example.com", connectionId, proof: randomUUID() });
    const attempt = { stateHash: randomBytes(32), browserHash: randomBytes(32), returnTo: "/" };
    await singleSignOn.begin(
      { ...attempt, connectionId, connectionVersion: version, testerId: null },
      60_000,
    );
    await singleSignOn.addIdentity("https://login.example.com", "ada", userId);
  });
}

async function seedWebhooks(
  db: Database,
  system: SystemDatabase,
  { tenantId, userId, dataKeyId }: { tenantId: TenantId; userId: UserId; dataKeyId: DataKeyId },
): Promise<void> {
  const webhookId = newId<WebhookId>();
  await db.transact(tenantId, async ({ webhooks, notices }) => {
    const url = "https://hooks.example.com/acme";
    await webhooks.create(
      { webhookId, projectId: null, name: "Acme", url, types: [], environments: [] },
      ACTOR,
    );
    const secret = { webhookSecretId: newId<WebhookSecretId>(), sealedSecret: `v1|${dataKeyId}|none` };
    await webhooks.setSecret({ webhookId, ...secret }, 0);
    await notices.add({ type: "export.ready", data: {}, concerns: [`user:${userId}`] });
  });
  const bounds = { leaseMs: 60_000, mostAtOnce: 4, blockedFrom: 10 };
  const claimed = must(await system.webhooks.claim(tenantId, bounds));
  const outcome = { durationMs: 1, status: 200, error: null, answer: "" };
  await system.webhooks.note(claimed, outcome, { state: "delivered" }, () => 0);
}

async function seedScim(
  db: Database,
  { tenantId, userId }: { tenantId: TenantId; userId: UserId },
): Promise<Pick<SeededTenant, "scimUserId" | "scimGroupId">> {
  return db.transact(tenantId, async ({ scimTokens, scimSettings, scimUsers, scimGroups }) => {
    const token = { hash: randomBytes(32), display: "bg_scim_abc…", name: "Directory", replaces: null };
    await scimTokens.create({ ...token, expiresAt: new Date(Date.now() + 3_600_000) }, ACTOR);
    const role = { group: "Editors", role: "editor", projectId: null, environmentId: null };
    await scimSettings.save({ version: 1, defaultRole: "viewer", roles: [role] });
    const names = { userName: "ada", displayName: "Ada", givenName: "Ada", familyName: null };
    const profile = { ...names, email: "ada@example.com", externalId: "1" };
    const scimUserId = await scimUsers.create(userId, profile, "viewer");
    const scimGroupId = await scimGroups.create({ displayName: "Editors", externalId: null });
    await scimGroups.addMembers(scimGroupId, [scimUserId]);
    return { scimUserId, scimGroupId };
  });
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Nothing came where something was to come.");
  return value;
}

export async function addUser(system: SystemDatabase): Promise<UserId> {
  const email = `${randomUUID()}@example.com`;
  return must(await system.credentials.createUser({ email, name: "Ada", passwordHash: "none" }));
}
