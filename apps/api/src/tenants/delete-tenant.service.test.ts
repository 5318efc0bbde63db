import { eraseTenant, LiveRulesets } from "@burgee/core";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { addMember, type Browser, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import { openStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { ServerDeps } from "../server.ts";

/** In which everything of a tenant that closes is over, at every node. */
const BOUND_MS = 5_000;
const issued = z.looseObject({ token: z.string() });
const requested = z.object({ receipt: z.string(), deletesAt: z.iso.datetime() });
let database: TestDatabase;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(() => database.drop());

interface Started {
  readonly api: TestApi;
  readonly acme: TestTenant;
  /** An owner's. */
  readonly browser: Browser;
}

async function start(overrides: Partial<ServerDeps> = {}): Promise<Started> {
  const api = await startApi(database, overrides);
  open.push(api);
  const acme = await api.addTenant();
  return { api, acme, browser: await signInAs(api, acme, "owner") };
}

async function signInAs(api: TestApi, tenant: TestTenant, role: string): Promise<Browser> {
  const browser = openBrowser(api);
  await browser.signIn((await addMember(tenant, role)).email);
  return browser;
}

async function ask(browser: Browser) {
  return requested.parse(dataOf(await browser.mutate("tenants.delete", { confirm: "Acme" })));
}

const create = (api: TestApi, key: string) =>
  api.request("POST", "/v1/toggles", { key, body: { key: `t-${crypto.randomUUID()}`, default: true } });

test("everything of a tenant is over within five seconds at every node, and its owner may keep it", async () => {
  const { api, acme, browser } = await start();
  const there = await startApi(database);
  open.push(there);
  const editor = await signInAs(api, acme, "editor");
  const streams = await Promise.all(
    [acme.serverKey, acme.clientKey].map((key) =>
      openStream(`${there.baseUrl}/v1/stream`, { authorization: `Bearer ${key}` }),
    ),
  );
  open.push(...streams);
  await eventually(() => expect(streams.every(({ events }) => events.length > 1)).toBe(true));
  const keys = [acme.serverKey, acme.clientKey, acme.personalKey];
  const evaluate = (key: string) => there.request("POST", "/v1/evaluate", { key, body: {} });
  for (const key of keys) expect((await evaluate(key)).status).toBe(200);
  const { token } = issued.parse(dataOf(await browser.mutate("scim.issueToken", { name: "Okta" })));
  const provision = () => there.request("GET", "/scim/v2/Users", { key: token });
  expect((await provision()).status).toBe(200);

  const { receipt, deletesAt } = await ask(browser);
  const askedMs = performance.now();
  await eventually(
    async () => {
      for (const key of keys) expect((await evaluate(key)).status).toBe(401);
      expect(streams.every((stream) => stream.isClosed())).toBe(true);
    },
    { timeoutMs: 10_000 },
  );

  expect(performance.now() - askedMs).toBeLessThan(BOUND_MS);
  expect((await evaluate(acme.serverKey)).body).toMatchObject({
    detail: expect.stringContaining("tenant is being deleted"),
  });
  expect((await editor.query("projects.list")).status).toBe(401);
  expect((await create(api, acme.personalKey)).status).toBe(401);
  expect((await provision()).status).toBe(401);
  expect(codeOf(await browser.mutate("projects.create", { key: "app", name: "App" }))).toBe("tenant_closed");
  expect(dataOf(await browser.query("tenants.get"))).toMatchObject({ name: "Acme", deletesAt });
  expect(Date.parse(deletesAt) - Date.now()).toBeGreaterThan(71 * 60 * 60 * 1000);
  expect(dataOf(await openBrowser(there).query("tenants.deletion", { receipt }))).toMatchObject({
    status: "waiting",
  });

  expect((await browser.mutate("tenants.cancelDeletion")).status).toBe(200);
  await eventually(async () => expect((await evaluate(acme.serverKey)).status).toBe(200), {
    timeoutMs: 10_000,
  });
  expect((await editor.query("projects.list")).status).toBe(200);
});

test("once it is erased, the receipt still tells of it, and nobody and nothing of it comes in", async () => {
  const { api, acme, browser } = await start({ deletionDelayMs: 0 });
  const other = await api.addTenant();
  const { receipt } = await ask(browser);
  const { system, person } = acme.caller;

  await eraseTenant({ system }, person.tenantId);

  const stranger = openBrowser(api);
  expect(dataOf(await stranger.query("tenants.deletion", { receipt }))).toMatchObject({
    status: "done",
    peopleErased: 2,
  });
  expect((await browser.query("tenants.get")).status).toBe(401);
  await eventually(async () => expect((await create(api, acme.personalKey)).status).toBe(401), {
    timeoutMs: 10_000,
  });
  expect((await create(api, other.personalKey)).status).toBe(201);
});

test("a node forgets the rulesets and lists of a tenant that goes, and no other's", async () => {
  const { acme } = await start();
  const other = await start();
  const { db, system } = acme.caller;
  const gone: string[] = [];
  const rulesets = new LiveRulesets({
    source: {
      load: ({ tenantId, environmentId }) =>
        db.read(tenantId, (readers) => readers.rulesets.find(environmentId)),
      list: async () => undefined,
      heads: (scopes) => system.listHeads(scopes),
    },
    onError: () => undefined,
    onGone: ({ tenantId }) => gone.push(tenantId),
  });
  for (const { acme: each } of [{ acme }, other]) {
    const { tenantId } = each.caller.person;
    const [environment] = (await system.listUnpublished(0)).concat(
      await db.read(tenantId, async ({ projects, environments }) => {
        const project = await projects.findByKey("web");
        const found = project && (await environments.findByKey(project.projectId, "production"));
        return found ? [{ tenantId, environmentId: found.environmentId }] : [];
      }),
    );
    if (environment) await rulesets.get(environment);
  }
  await acme.caller.db.transactAlone(acme.caller.person.tenantId, ({ deletions }) =>
    deletions.request({ receiptHash: Buffer.alloc(32, 1), delayMs: 60_000 }),
  );

  await rulesets.refresh();

  expect(gone).toEqual([acme.caller.person.tenantId]);
});

describe("tenants.delete", () => {
  test("is refused to a key, whatever its person may do", async () => {
    const { api, acme } = await start();

    const { status, body } = await api.request("POST", "/trpc/tenants.delete", {
      key: acme.personalKey,
      body: { confirm: "Acme" },
    });

    expect(status).toBe(401);
    expect(JSON.stringify(body)).toContain("a key can't stand in for a session here");
  });

  test("names what is wrong with what was typed, and closes nothing", async () => {
    const { api, acme, browser } = await start();

    const answer = await browser.mutate("tenants.delete", { confirm: "acme" });

    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain("Type the tenant's name exactly as it is: Acme");
    expect((await create(api, acme.personalKey)).status).toBe(201);
  });
});
