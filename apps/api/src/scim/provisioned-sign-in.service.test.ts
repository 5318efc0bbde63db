import { createEgress } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { type ScriptedProvider, startScriptedProvider } from "@burgee/test-support/scripted-provider";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addMember, type Browser, dataOf, openBrowser } from "../../test/open-browser.ts";
import { openDirectory, proveDomain, type TestDirectory } from "../../test/open-directory.ts";
import {
  arrive,
  ask,
  callbackOf,
  connect,
  type TestConnection,
  tryOut,
} from "../../test/provider-journey.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

let database: TestDatabase;
let provider: ScriptedProvider;
let api: TestApi;
let directory: TestDirectory;
let connection: TestConnection;
let domain: string;

beforeAll(async () => {
  database = await createDatabase();
  provider = await startScriptedProvider();
  api = await startApi(database, { egress: createEgress({ allow: [provider.issuer] }) });
});
beforeEach(async () => {
  directory = await openDirectory(api);
  connection = await connect(directory.owner, directory.tenant, provider.issuer, { defaultRole: null });
  domain = `staff.${directory.domain}`;
  await proveDomain(directory.tenant, directory.owner, connection.id, domain);
  await tryOut(api, directory.owner, provider, connection);
});
afterAll(async () => {
  await Promise.all([api.close(), provider.close()]);
  await database.drop();
});

test("who was provisioned comes in as that person, with what their groups give, whatever the claims say", async () => {
  const id = await directory.create("/Users", { userName: `ada@${domain}`, displayName: "Ada Lovelace" });

  for (const groups of [["heads"], []]) {
    const { status, browser } = await signIn("ada", `Ada@${domain.toUpperCase()}`, groups);
    expect(status).toBe(303);
    expect(await sessionOf(browser)).toMatchObject({
      user: { name: "Ada Lovelace", email: `ada@${domain}` },
      role: "viewer",
    });
  }
  expect(await membersAt(domain)).toHaveLength(1);
  await directory.ask("PUT", `/Users/${id}`, { userName: `ada@${domain}`, active: false });

  expect((await signIn("ada", `ada@${domain}`)).status).toBe(401);
});

test("who was deactivated comes in by no other address, and is the same person once they are back", async () => {
  const id = await directory.create("/Users", { userName: `ada@${domain}` });
  await signIn("ada", `ada@${domain}`);
  const [before] = await membersAt(domain);
  const active = (value: boolean) => ({ Operations: [{ op: "replace", path: "active", value }] });
  await directory.ask("PATCH", `/Users/${id}`, active(false));

  expect((await signIn("ada", `other@${domain}`, ["engineers"])).status).toBe(401);
  expect((await signIn("ada", `ada@${domain}`, ["engineers"])).status).toBe(401);
  await directory.ask("PATCH", `/Users/${id}`, active(true));
  expect((await signIn("mallory", `ada@${domain}`)).status).toBe(401);
  const { status } = await signIn("ada", `ada@${domain}`);

  expect(status).toBe(303);
  expect((await membersAt(domain)).map(({ userId }) => userId)).toEqual([before?.userId]);
});

test("nobody else comes in, as long as a directory manages the tenant's people", async () => {
  const id = await directory.create("/Users", { userName: `ada@${domain}` });
  expect((await signIn("eve", `eve@${domain}`, ["engineers"])).status).toBe(401);
  await directory.ask("DELETE", `/Users/${id}`);
  expect((await signIn("ada", `ada@${domain}`, ["engineers"])).status).toBe(401);

  await directory.owner.mutate("scim.revokeToken", { id: directory.tokenId });

  expect((await signIn("eve", `eve@${domain}`, ["engineers"])).status).toBe(303);
});

test("whom the provider means is not exchanged: another subject does not come in by the same address", async () => {
  await directory.create("/Users", { userName: `ada@${domain}` });
  expect((await signIn("ada", `ada@${domain}`)).status).toBe(303);

  expect((await signIn("mallory", `ada@${domain}`)).status).toBe(401);
});

test("a connection that the address's domain does not lead to speaks for nobody there", async () => {
  const other = `other.${directory.domain}`;
  await proveDomain(directory.tenant, directory.owner, directory.connectionId, other);
  await directory.create("/Users", { userName: `ada@${other}` });

  expect((await signIn("ada", `ada@${other}`, ["heads"])).status).toBe(401);
});

test("who had a password in the tenant is moved to an account of its own; no provider opens what they have elsewhere", async () => {
  const { email, userId } = await addMember(directory.tenant, "editor");
  await proveDomain(directory.tenant, directory.owner, connection.id, "example.com");
  await directory.owner.mutate("grants.set", { userId, project: "web", role: "admin" });
  const elsewhere = await api.addTenant();
  const { db, person } = elsewhere.caller;
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "owner"));
  await directory.create("/Users", { userName: email, displayName: "Ana Moved" });

  const { status, browser } = await signIn("ana", email);

  expect(status).toBe(303);
  expect(await sessionOf(browser)).toMatchObject({ user: { name: "Ana Moved" }, role: "editor" });
  const tenants = await browser.query("auth.tenants");
  expect(tenants.text).not.toContain(person.tenantId);
  const [member, ...others] = await membersAt("example.com", email);
  expect([member?.userId === userId, others]).toEqual([false, []]);
  const grants = await directory.owner.query("grants.list", { userId: member?.userId });
  expect(grants.text).toContain('"role":"admin"');
  const byPassword = openBrowser(api);
  await byPassword.signIn(email);
  expect(await sessionOf(byPassword)).toMatchObject({ tenantId: person.tenantId, user: { name: "Ana" } });
});

test("an owner who has a password is not moved: no provider makes owners", async () => {
  const { email, userId } = await addMember(directory.tenant, "owner");
  await proveDomain(directory.tenant, directory.owner, connection.id, "example.com");
  await directory.create("/Users", { userName: email });

  expect((await signIn("boss", email)).status).toBe(401);
  expect((await membersAt("example.com", email)).map((member) => member.userId)).toEqual([userId]);
});

async function signIn(sub: string, email: string, groups: readonly string[] = []) {
  const browser = openBrowser(api);
  const claims = { sub, email, email_verified: true, groups, name: sub };
  const question = await ask(browser, connection);
  const { status } = await arrive(api, browser, callbackOf(provider, question, { claims }));
  return { status, browser };
}

async function sessionOf(browser: Browser): Promise<unknown> {
  return dataOf(await browser.query("auth.session"));
}

async function membersAt(at: string, only?: string) {
  const { system, person } = directory.tenant.caller;
  const page = { after: undefined, limit: 200 };
  const members = await system.credentials.listMembers(person.tenantId, page);
  return members.filter(({ email }) => email.endsWith(`@${at}`) && (only === undefined || email === only));
}
