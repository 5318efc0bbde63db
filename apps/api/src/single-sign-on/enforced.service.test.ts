import { createEgress } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { type ScriptedProvider, startScriptedProvider } from "@burgee/test-support/scripted-provider";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { addMember, type Browser, codeOf, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import {
  arrive,
  ask,
  callbackOf,
  connect,
  ownerOf,
  type TestConnection,
  tryOut,
} from "../../test/provider-journey.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const seeded = z.object({ seed: z.string() });
const linked = z.object({ link: z.string() });
const recovery = z.object({ recoveryCodes: z.array(z.string()) });
let database: TestDatabase;
let admin: pg.Client;
let provider: ScriptedProvider;
let api: TestApi;
let tenant: TestTenant;
let owner: Browser & { readonly email: string };
let codes: string[];
let connection: TestConnection;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  provider = await startScriptedProvider();
  api = await startApi(database, { egress: createEgress({ allow: [provider.issuer] }) });
});
afterAll(async () => {
  await api.close();
  await provider.close();
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  tenant = await api.addTenant();
  owner = await ownerOf(api, tenant);
  connection = await connect(owner, tenant, provider.issuer);
});

test("what was not tried out is not enforced", async () => {
  await enrol(owner);

  expect(codeOf(await enforce())).toBe("connection_not_tested");
});

test("an owner without a second factor does not lock themselves out", async () => {
  await tryOut(api, owner, provider, connection);

  expect(codeOf(await enforce())).toBe("second_factor_missing");
});

test("an enforced provider is the way in for everybody, and a password for nobody", async () => {
  const people = { admin: await addMember(tenant, "admin"), owner: await addMember(tenant, "owner") };
  await enforceFully();

  for (const { email } of Object.values(people)) {
    const browser = openBrowser(api);
    expect(codeOf(await browser.signIn(email))).toBe("single_sign_on_required");
    expect(browser.cookies.size).toBe(0);
  }
  const browser = openBrowser(api);
  const arrival = await arrive(api, browser, callbackOf(provider, await ask(browser, connection)));
  expect(arrival.status).toBe(303);
  expect((await browser.query("projects.list")).status).toBe(200);
});

test("a wrong password is told nothing of the provider", async () => {
  const { email } = await addMember(tenant, "admin");
  await enforceFully();

  expect(codeOf(await openBrowser(api).signIn(email, "a wrong password"))).toBe("unauthenticated");
});

test("an owner breaks the glass by password and second factor, and each time it is told", async () => {
  await enforceFully();

  for (const times of [1, 2]) {
    const browser = openBrowser(api);
    await browser.signIn(owner.email);
    const answer = await browser.mutate("auth.answerSecondFactor", { code: codes.shift() });

    expect(dataOf(answer)).toMatchObject({ status: "signed_in", tenantId: connection.tenantId });
    expect(await countBroken()).toBe(times);
  }
});

test("nobody below an owner breaks the glass, second factor or not", async () => {
  const { email } = await addMember(tenant, "admin");
  const browser = openBrowser(api);
  await browser.signIn(email);
  const ofAdmin = await enrol(browser);
  await enforceFully();

  const late = openBrowser(api);
  await late.signIn(email);

  expect(codeOf(await late.mutate("auth.answerSecondFactor", { code: ofAdmin[0] }))).toBe(
    "single_sign_on_required",
  );
  expect(await countBroken()).toBe(0);
});

test("a session of another tenant is no way around", async () => {
  const other = await api.addTenant();
  const { email, userId } = await addMember(other, "editor");
  const { db, person } = tenant.caller;
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "admin"));
  await enforceFully();
  const browser = openBrowser(api);
  await browser.signIn(email);

  const answer = await browser.mutate("auth.switchTenant", { tenantId: connection.tenantId });

  expect(codeOf(answer)).toBe("single_sign_on_required");
  expect(dataOf(await browser.query("auth.session"))).toMatchObject({
    tenantId: other.caller.person.tenantId,
  });
});

test("an invitation makes a member by a password, and no session", async () => {
  const email = "invited-by-link@example.com";
  await enforceFully();
  const token = await invitationOf(email);
  const browser = openBrowser(api);

  const joined = await browser.mutate("invitations.join", { token, name: "Grace", password: PASSWORD });

  expect([codeOf(joined), browser.cookies.size]).toEqual(["single_sign_on_required", 0]);
  expect(await rolesAndSessionsOf(email)).toEqual({ roles: ["viewer"], sessions: 0 });
  expect(codeOf(await browser.signIn(email))).toBe("single_sign_on_required");
});

test("who accepts an invitation stays in the tenant that they were in", async () => {
  const other = await api.addTenant();
  const { email } = await addMember(other);
  await enforceFully();
  const token = await invitationOf(email);
  const browser = openBrowser(api);
  await browser.signIn(email);

  expect(codeOf(await browser.mutate("invitations.accept", { token }))).toBe("single_sign_on_required");

  expect(dataOf(await browser.query("auth.session"))).toMatchObject({
    tenantId: other.caller.person.tenantId,
  });
  expect(await rolesAndSessionsOf(email)).toEqual({ roles: ["viewer"], sessions: 0 });
});

test("a change of the connection opens the tenant to passwords until it is tried out again", async () => {
  const { email } = await addMember(tenant, "admin");
  await enforceFully();
  const { id: connectionId, version } = connection;
  const settings = { name: "Acme", issuer: provider.issuer, clientId: "another" };

  await owner.mutate("singleSignOn.update", { ...settings, connectionId, version });

  expect(dataOf(await openBrowser(api).signIn(email))).toMatchObject({ status: "signed_in" });
});

function enforce() {
  return owner.mutate("singleSignOn.enforce", { connectionId: connection.id, enforced: true });
}

async function enforceFully(): Promise<void> {
  codes = await enrol(owner);
  await tryOut(api, owner, provider, connection);
  expect(codeOf(await enforce())).toBeUndefined();
}

/** Recovery codes of the second factor that the person has then. */
async function enrol(browser: Browser): Promise<string[]> {
  const { seed } = seeded.parse(dataOf(await browser.mutate("secondFactor.begin")));
  const code = new TOTP({ secret: Secret.fromBase32(seed) }).generate();
  return recovery.parse(dataOf(await browser.mutate("secondFactor.confirm", { code }))).recoveryCodes;
}

async function invitationOf(email: string): Promise<string | undefined> {
  const answer = await owner.mutate("invitations.create", { email, role: "viewer" });
  return linked.parse(dataOf(answer)).link.split("#")[1];
}

/** In the tenant that has the connection. */
async function rolesAndSessionsOf(email: string): Promise<unknown> {
  const user = await tenant.caller.system.credentials.findUser(email);
  const ofPerson = [connection.tenantId, user?.userId];
  const members = await admin.query(
    "select role from burgee.memberships where tenant_id = $1 and user_id = $2",
    ofPerson,
  );
  const sessions = await admin.query(
    "select from burgee.sessions where tenant_id = $1 and user_id = $2",
    ofPerson,
  );
  return { roles: members.rows.map(({ role }) => role), sessions: sessions.rowCount };
}

async function countBroken(): Promise<number> {
  const { rowCount } = await admin.query(
    "select from burgee.audit_entries where tenant_id = $1 and action = 'sign_in.break_glass'",
    [connection.tenantId],
  );
  return rowCount ?? 0;
}
