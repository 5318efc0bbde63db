/** Something of everything that a tenant may have, made by a person of its own. */
import { randomBytes, randomUUID } from "node:crypto";
import {
  type AuditExportId,
  type ConnectionId,
  type EnvironmentId,
  newId,
  type ProjectId,
  type RolloutPlanId,
  type SystemDatabase,
  type UserId,
  type Writers,
} from "@burgee/db";
import type { Client } from "pg";
import { z } from "zod";
import { addMember, dataOf } from "../open-browser.ts";
import type { TestApi } from "../start-api.ts";
import { fillDirectory } from "./fill-directory.ts";
import { identified, type Maker, make, type Place } from "./make.ts";

export interface FillPorts {
  readonly api: TestApi;
  readonly admin: Client;
  readonly system: SystemDatabase;
}

type Ports = FillPorts & Maker & Place;

/** What the inputs of the probes name of it. */
export type Filled = Awaited<ReturnType<typeof fillTenant>>;

const DAY_MS = 86_400_000;

export async function fillTenant(ports: Ports) {
  const { api, project, environment, mark } = ports;
  if (project !== "web") {
    await make(ports, "projects.create", { key: project, name: ports.said });
    await make(ports, "environments.create", { project, key: environment, name: ports.said });
  }
  const list = await makeSegments(ports);
  const plan = await makeToggles(ports);
  const plans = await makePlans(ports);
  const scheduled = await planChange(ports);
  const people = await makePeople(ports);
  const keys = await makeKeys(ports);
  const connection = await makeConnection(ports);
  await addRows(ports, { ...people, connection, plan });
  const hooks = await makeWebhook(ports, people);
  const jobs = await makeJobs(ports);
  const auditExport = await makeAuditExports(ports);
  const directory = await fillDirectory(ports, domainOf(ports));
  await api.publish();
  return {
    project,
    environment,
    list,
    plan,
    ...plans,
    guard: guardOf(ports),
    scheduled,
    ...people,
    ...keys,
    ...directory,
    ...hooks,
    ...jobs,
    auditExport,
    connection,
    domain: domainOf(ports),
    toggle: `${mark}-toggle`,
    needed: `${mark}-needed`,
    segment: `${mark}-segment`,
    idleSegment: `${mark}-idle`,
    idleAttribute: `${attributeOf(ports)}_idle`,
    role: `${mark}-role`,
    idleRole: `${mark}-idle`,
  };
}

const hashed = z.object({ hash: z.string() });

/** An attribute has no dash. */
function attributeOf({ mark }: Place): string {
  return mark.replaceAll("-", "_");
}

function domainOf({ mark, said }: Ports): string {
  return `${mark}.${said}.example`;
}

async function makeSegments(ports: Ports): Promise<string> {
  const { api, tenant, project, mark, said } = ports;
  const attribute = attributeOf(ports);
  await make(ports, "contextAttributes.set", { project, name: attribute, type: "string", description: said });
  await make(ports, "contextAttributes.set", { project, name: `${attribute}_idle`, type: "string" });
  const uploaded = await api.request("POST", `/v1/projects/${project}/segment-lists`, {
    key: tenant.personalKey,
    headers: { "content-type": "text/plain" },
    body: `${said} ${project} one\n${said} two`,
  });
  const { hash: list } = hashed.parse(uploaded.body);
  const segment = { project, description: said, include: { list }, exclude: [said] };
  const condition = `${attribute} == '${said}'`;
  await make(ports, "segments.create", { ...segment, key: `${mark}-segment`, condition });
  const asked = `segment('${mark}-segment')`;
  await make(ports, "segments.create", { project, key: `${mark}-idle`, condition: asked });
  return list;
}

/** Answers the id of a rollout plan. */
async function makeToggles(ports: Ports): Promise<string> {
  const { project, environment, mark, said } = ports;
  const place = { project, environment };
  const needed = { ...place, key: `${mark}-needed` };
  await make(ports, "toggles.create", { ...needed, default: true });
  await make(ports, "toggles.update", { ...needed, expectedVersion: 1, description: said });
  await make(ports, "toggles.update", { ...needed, expectedVersion: 1, description: "" });
  const served = { ...place, toggle: needed.key, expectedVersion: 1, enabled: true, default: true };
  await make(ports, "settings.update", { ...served, comment: said });
  const condition = `segment('${mark}-segment') || ${attributeOf(ports)} == '${said}'`;
  const toggle = {
    ...place,
    name: said,
    description: said,
    tags: [`${mark}-tag`],
    variants: { small: `${said} S`, large: `${said} L`, [`${mark}-own`]: said },
    valueSchema: { type: "string", description: said },
    default: `${mark}-own`,
    off: `${mark}-own`,
    rules: [{ id: said, condition, variant: "large" }],
    targets: { small: [said] },
  };
  await make(ports, "toggles.create", { ...toggle, key: `${mark}-toggle` });
  await make(ports, "toggles.create", { ...toggle, key: `${mark}-rolled` });
  await makeAndArchive(ports);
  const toggleRolled = { ...place, toggle: `${mark}-rolled` };
  const plan = await make(ports, "rollouts.create", {
    ...toggleRolled,
    variant: `${mark}-own`,
    stickiness: attributeOf(ports),
    steps: [{ share: { type: "percentage", value: 10 }, audience: `${attributeOf(ports)} == '${said}'` }],
    window: { timeZone: "Europe/Berlin", days: ["mon"], from: "09:00", to: "17:00" },
    startAt: "2040-01-01T00:00:00Z",
    guards: [
      {
        key: `${mark}-guard`,
        metric: { type: "error_rate", event: said, exposure: `${said} shown` },
        atMostPercent: 5,
        leastSample: 100,
      },
      {
        key: guardOf(ports),
        metric: {
          type: "prometheus_value",
          url: `https://${said}.example`,
          treatment: { value: said, of: said },
        },
        atMostValue: 5,
        leastSample: 100,
      },
    ],
  });
  const credential = { guard: guardOf(ports), authorization: `Bearer ${said}` };
  await make(ports, "rollouts.setGuardCredential", { id: plan, ...credential });
  await make(ports, "rollouts.start", { id: plan, expectedVersion: 1, settingVersion: 1 });
  return plan;
}

/** It asks Prometheus. */
function guardOf({ mark }: Place): string {
  return `${mark}-outside`;
}

/** One that was not started, one that is paused, and one whose first step is held for an approval. */
async function makePlans(ports: Ports) {
  const { project, environment, mark } = ports;
  const place = { project, environment };
  const hold = { type: "approval" };
  const steps = [10, 20].map((value) => ({ share: { type: "percentage", value }, hold }));
  const made = async (name: string, ...commands: readonly [procedure: string, input?: object][]) => {
    const toggle = `${mark}-${name}`;
    await make(ports, "toggles.create", { ...place, key: toggle, default: false });
    const id = await make(ports, "rollouts.create", { ...place, toggle, steps });
    for (const [at, [procedure, input]] of commands.entries())
      await make(ports, procedure, { id, expectedVersion: at + 1, ...input });
    return id;
  };
  const start = ["rollouts.start", { settingVersion: 1 }] as const;
  return {
    pendingPlan: await made("pending"),
    pausedPlan: await made("paused", [...start], ["rollouts.pause"]),
    heldPlan: await made("held", [...start], ["rollouts.skip"]),
  };
}

/** Answers the id of a scheduled change. */
function planChange(ports: Ports): Promise<string> {
  const { project, environment, mark, said } = ports;
  const at = new Date(Date.now() + DAY_MS).toISOString();
  const served = { default: `${mark}-own`, off: `${mark}-own`, targets: { small: [said] } };
  const change = { type: "update", enabled: true, ...served };
  return make(ports, "scheduledChanges.create", {
    project,
    environment,
    toggle: `${mark}-toggle`,
    at,
    change,
  });
}

/** What was in an earlier ruleset, and is no more. */
async function makeAndArchive(ports: Ports): Promise<void> {
  const { api, project, environment, mark } = ports;
  const key = `${mark}-gone`;
  const rules = [{ condition: `segment('${key}')`, value: false }];
  await make(ports, "segments.create", { project, key, include: ["ada"] });
  await make(ports, "toggles.create", { project, environment, key, default: true, rules });
  await api.publish();
  await make(ports, "toggles.archive", { project, environment, key, expectedVersion: 1 });
  await make(ports, "segments.archive", { project, key, expectedVersion: 1 });
  await api.publish();
}

async function makePeople(ports: Ports): Promise<{ readonly user: UserId; readonly invitation: string }> {
  const { tenant, project, environment, mark, said } = ports;
  for (const key of [`${mark}-role`, `${mark}-idle`]) {
    await make(ports, "roles.create", { key, name: said, permissions: ["toggle.read"] });
  }
  const { userId: user } = await addMember(tenant, "viewer");
  await make(ports, "grants.set", { project, environment, userId: user, role: "viewer" });
  const { userId } = await addMember(tenant, "viewer");
  await make(ports, "members.setRole", { userId, role: `${mark}-role` });
  await make(ports, "grants.set", { project, environment, userId, role: `${mark}-role` });
  const email = `${mark}@${said}.example`;
  return { user, invitation: await make(ports, "invitations.create", { email, role: `${mark}-role` }) };
}

async function makeKeys(ports: Ports): Promise<{ readonly key: string; readonly ownKey: string }> {
  const { api, tenant, project, environment, said } = ports;
  const place = { project, environment };
  const page = { ...place, kind: "cli", name: said, origins: [`https://${said}.example`] };
  await make(ports, "sdkKeys.rotate", { id: await make(ports, "sdkKeys.issue", page) });
  const own = await api.request("POST", "/trpc/sdkKeys.issue", {
    key: tenant.personalKey,
    body: { ...place, kind: "pat", name: said, environments: [place] },
  });
  const { id: ownKey } = identified.parse(dataOf(own));
  return { key: await make(ports, "sdkKeys.issue", { ...place, kind: "srv", name: said }), ownKey };
}

/** As if it had been tried out, and its domain proved. */
async function makeConnection(ports: Ports): Promise<string> {
  const { admin, tenant, said } = ports;
  const { tenantId } = tenant.caller.person;
  const connection = await make(ports, "singleSignOn.create", {
    name: said,
    issuer: `https://127.0.0.1/${said}`,
    clientId: said,
    clientSecret: said,
    roleClaim: said,
    roles: { [said]: "viewer" },
    scopes: ["openid", said],
  });
  await make(ports, "singleSignOn.addDomain", { connectionId: connection, domain: domainOf(ports) });
  for (const change of [
    "oidc_connections set tested_version = version",
    "oidc_domains set proved_at = now()",
  ]) {
    await admin.query(`update burgee.${change} where tenant_id = $1`, [tenantId]);
  }
  return connection;
}

/** With a delivery of which a worker noted a try, and mail of it. */
async function makeWebhook(
  { system, tenant, project, environment, mark, said, ...ports }: Ports,
  { user }: { readonly user: UserId },
): Promise<{ readonly webhook: string; readonly delivery: string }> {
  const url = `https://${mark}.${said}.example/${said}`;
  const webhook = await make({ ...ports, said }, "webhooks.create", {
    ...{ project, name: said, url },
    environments: [environment],
  });
  const { db, person } = tenant.caller;
  const { tenantId } = person;
  const delivery = await db.transact(tenantId, async ({ projects, notices }) => {
    const { projectId } = found(await projects.findByKey(project));
    const concerns = [`user:${user}`];
    return notices.add({ type: "export.ready", projectId, data: { said }, concerns });
  });
  const claimed = await system.webhooks.claim(tenantId, { leaseMs: DAY_MS, mostAtOnce: 99, blockedFrom: 99 });
  const tried = { durationMs: 1, status: null, error: said, answer: said };
  const next = { state: "waiting", againMs: DAY_MS } as const;
  await system.webhooks.note(found(claimed), tried, next, () => 0);
  return { webhook, delivery };
}

/** One that waits, one that runs, one that succeeded, and one that failed for good twice. */
async function makeJobs({
  tenant,
  said,
}: Ports): Promise<{ readonly job: string; readonly deadLetter: string }> {
  const { db, person } = tenant.caller;
  return db.transact(person.tenantId, async ({ jobs, deadLetters }) => {
    const terms = { kinds: ["verify-audit"], leaseMs: DAY_MS, mostRunning: 10 };
    const begin = () =>
      jobs.create({
        kind: "verify-audit",
        payload: { said },
        createdBy: `user:${person.userId}`,
        traceparent: `00-${said}`,
      });
    const take = async () => {
      const held = found(await jobs.claim((await begin()).jobId, terms));
      await jobs.renew(held, DAY_MS, { progress: { done: 1, total: null, unit: said }, note: said });
      await jobs.keep(held, { said });
      return held;
    };
    await take();
    await jobs.succeed(await take(), { said });
    const failed = await take();
    await jobs.fail(failed, { code: said, message: said });
    const letter = {
      source: "verify-audit",
      payload: { jobId: failed.jobId, said },
      error: said,
      attempts: 8,
    };
    await deadLetters.add(letter);
    await deadLetters.add(letter);
    const [replayed, left] = await deadLetters.list(
      { source: "verify-audit" },
      { before: undefined, limit: 2 },
    );
    await deadLetters.markReplayed(found(replayed).deadLetterId, `user:${person.userId}`);
    return { job: (await begin()).jobId, deadLetter: found(left).deadLetterId };
  });
}

/** One that goes on, and one that is done. */
async function makeAuditExports({ tenant, said }: Ports): Promise<string> {
  const { db, person } = tenant.caller;
  return db.transact(person.tenantId, async ({ audit, auditExports }) => {
    const last = found(await audit.findHead());
    const begin = async () => {
      const auditExportId = newId<AuditExportId>();
      const createdBy = `user:${person.userId}` as const;
      const filter = { requestId: said };
      await auditExports.begin({ auditExportId, format: "csv", filter, last, createdBy, keptMs: DAY_MS });
      return found(await auditExports.claim(auditExportId));
    };
    const goingOn = await begin();
    const upload = { id: said, bytes: said.length, parts: [said] };
    await auditExports.note(goingOn, { seq: 1, entries: 1, sha256: said, upload });
    const done = await begin();
    const file = { entries: said.length, bytes: said.length, sha256: Buffer.alloc(32, said) };
    await auditExports.finish(done, file, DAY_MS);
    return done.auditExportId;
  });
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("It was not made.");
  return value;
}

const connectionId = z.custom<ConnectionId>();
const planId = z.custom<RolloutPlanId>();

/** What only a provider or a worker brings about. */
async function addRows(
  { system, tenant, project, environment, mark, said }: Ports,
  { user, connection, plan }: { readonly user: UserId; readonly connection: string; readonly plan: string },
): Promise<void> {
  const { db, person } = tenant.caller;
  const { tenantId } = person;
  await db.transact(tenantId, async (writers) => {
    const { singleSignOn, rollouts, usage, sdkKeys, projects, environments } = writers;
    const { projectId } = found(await projects.findByKey(project));
    const { environmentId } = found(await environments.findByKey(projectId, environment));
    const [sdkKey] = await sdkKeys.list();
    await usage.add({
      batchId: randomUUID(),
      environmentId,
      sdkKeyId: found(sdkKey).sdkKeyId,
      sdk: { name: said, version: said },
      applied: { version: `${said}.1`, at: "2026-01-31T12:00:00Z", traceparent: said },
      counts: [{ toggle: `${mark}-toggle`, variant: said, version: 1, count: 1 }],
      events: [1, 2].map(() => ({
        name: said,
        at: "2026-01-31T12:00:00Z",
        identifier: said,
        context: { said },
      })),
      unknownKeys: [{ key: said, count: 1 }],
      dropped: { evaluations: 0, events: 1 },
    });
    const hashes = { stateHash: randomBytes(32), browserHash: randomBytes(32) };
    const begun = { connectionId: connectionId.parse(connection), connectionVersion: 1, testerId: user };
    await singleSignOn.begin({ ...hashes, ...begun, returnTo: `/${said}` }, DAY_MS);
    await singleSignOn.addIdentity(`https://${mark}.example/${said}`, said, user);
    await rollouts.log(planId.parse(plan), {
      ...{ run: 1, step: 1, kind: "applied", settingVersion: 1, revision: 1, foldedSteps: [] },
      ...{ evidence: { said }, appliedAt: await rollouts.now() },
    });
    await failChange(writers, { projectId, environmentId, mark, said, user });
  });
  // One of the two stays where it came in.
  await system.eventIntake.move(tenantId, 1, {
    pseudonymsOf: async (identifiers) => new Map(identifiers.map((each) => [each, randomBytes(32)])),
    observe: (events) =>
      events.map(({ receivedAt }) => ({
        ...{ rolloutPlanId: planId.parse(plan), since: receivedAt, receivedAt, step: 1, unit: said },
        ...{ guardKey: `${mark}-guard`, arm: "control", valueClass: 0 },
        ...{ isExposed: true, isHit: false, isMeasured: false },
      })),
  });
  await db.transact(tenantId, async ({ guards, rollouts }) => {
    const now = await rollouts.now();
    await guards.beginWatch(planId.parse(plan), now);
    await guards.saveFinding(planId.parse(plan), {
      ...{ step: 1, planVersion: 1, verdict: "unknown", action: "hold" },
      ...{ evidence: { said }, since: now, foundAt: now },
    });
  });
  await system.addDeadLetter({ tenantId, source: "publish", payload: { said }, error: said, attempts: 1 });
}

/** As if a worker had tried to apply a change, and had looked at its toggle. */
async function failChange(
  { toggles, scheduledChanges, lives }: Writers,
  {
    projectId,
    environmentId,
    mark,
    said,
    user,
  }: Pick<Place, "mark"> &
    Pick<Maker, "said"> & {
      readonly projectId: ProjectId;
      readonly environmentId: EnvironmentId;
      readonly user: UserId;
    },
): Promise<void> {
  const { toggleId } = found(await toggles.findByKey(projectId, `${mark}-toggle`));
  const noticed = { stage: "new", stageSince: new Date(), lastSeenAt: null, staleSince: null } as const;
  await lives.save([{ toggleId, ...noticed }]);
  const dueAt = new Date(Date.now() + DAY_MS);
  const planned = {
    environmentId,
    toggleId,
    dueAt,
    zone: "Asia/Kolkata",
    expectedVersion: 1,
    plannedBy: user,
  };
  const change = found(await scheduledChanges.create({ ...planned, edit: { said } }, 2 * DAY_MS));
  const error = { code: "forbidden", message: said };
  await scheduledChanges.end(change.scheduledChangeId, { status: "failed", error });
}
