import type { UserId } from "@burgee/db";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMember, type Browser, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import { openDirectory, proveDomain, type TestDirectory } from "../../test/open-directory.ts";
import { openStream } from "../../test/open-stream.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const SOON_MS = 5_000;

let database: TestDatabase;
/** Two processes that tell each other nothing. */
let here: TestApi;
let there: TestApi;
let directory: TestDirectory;

beforeAll(async () => {
  database = await createDatabase();
  [here, there] = await Promise.all([startApi(database), startApi(database)]);
});
beforeEach(async () => {
  directory = await openDirectory(here);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await database.drop();
});

describe.each([
  ["deactivates", "PATCH", { Operations: [{ op: "Replace", path: "active", value: "False" }] }],
  ["deletes", "DELETE", undefined],
])("whom a directory %s", (_, method, body) => {
  test("is out at every process within five seconds, by session and by key, and nowhere else", async () => {
    const elsewhere = await here.addTenant();
    const { userId, id, email } = await aMember(directory.tenant);
    await join(elsewhere, userId);
    const [browser, abroad] = [openBrowser(here), openBrowser(here)];
    for (const each of [browser, abroad]) await each.signIn(email);
    await abroad.mutate("auth.switchTenant", { tenantId: elsewhere.caller.person.tenantId });
    const [key, keyAbroad] = [await ownKey(browser), await ownKey(abroad)];
    expect(await statuses(browser, key)).toEqual([200, 200, 200, 200]);

    expect((await directory.ask(method, `/Users/${id}`, body)).status).toBeLessThan(300);
    const endedMs = performance.now();
    // The process that heard it waits for nothing.
    expect((await here.request("GET", "/v1/toggles", { key })).status).toBe(401);
    await eventually(async () => expect(await statuses(browser, key)).toEqual([401, 401, 401, 401]), {
      timeoutMs: SOON_MS,
    });

    expect(performance.now() - endedMs).toBeLessThan(SOON_MS);
    const later = await Promise.all(Array.from({ length: 50 }, () => statuses(browser, key)));
    expect(later.flat().filter((status) => status < 400)).toEqual([]);
    expect(await statuses(abroad, keyAbroad)).toEqual([200, 200, 200, 200]);
  });

  test("opens no stream before or after; those of servers are the environment's, and go on", async () => {
    const { id, email } = await aMember(directory.tenant);
    const browser = openBrowser(here);
    await browser.signIn(email);
    const key = await ownKey(browser);
    const stream = await openStream(`${there.baseUrl}/v1/stream`, {
      authorization: `Bearer ${directory.tenant.serverKey}`,
    });
    await eventually(() => expect(stream.events.length).toBeGreaterThan(1));
    expect((await there.request("GET", "/v1/stream", { key })).status).toBe(403);

    await directory.ask(method, `/Users/${id}`, body);
    await eventually(
      async () => expect((await there.request("GET", "/v1/stream", { key })).status).toBe(401),
      {
        timeoutMs: SOON_MS,
      },
    );

    expect(stream.isClosed()).toBe(false);
    stream.close();
  });
});

test("a key that ended with a membership stays dead when its person comes back, and so does a session", async () => {
  const { id, email } = await aMember(directory.tenant);
  const browser = openBrowser(here);
  await browser.signIn(email);
  const key = await ownKey(browser);
  const old = new Map(browser.cookies);

  await activate(id, false);
  await activate(id, true);
  browser.cookies.clear();
  for (const [name, value] of old) browser.cookies.set(name, value);

  expect(await statuses(browser, key)).toEqual([401, 401, 401, 401]);
  expect((await openBrowser(here).signIn(email)).status).toBe(200);
});

test("nobody invites whom a directory deactivated", async () => {
  const { id, email } = await aMember(directory.tenant);
  await activate(id, false);

  const invited = await directory.owner.mutate("invitations.create", { email, role: "viewer" });

  expect([invited.status, codeOf(invited)]).toEqual([409, "member_deactivated"]);
});

describe("the last owner", () => {
  test("is taken away by no directory, which is told why; nothing is changed", async () => {
    const tenant = await here.addTenant();
    const own = await openDirectory(here, tenant);
    const { userId, email } = await addMember(tenant, "owner");
    await proveDomain(tenant, own.owner, own.connectionId, domainOf(email));
    const id = await own.create("/Users", { userName: email });
    await onlyOwner(tenant, userId);

    for (const [method, body] of [
      ["PUT", { userName: email, active: false }],
      ["DELETE", undefined],
    ] as const) {
      const answer = await own.ask(method, `/Users/${id}`, body);
      expect(answer).toMatchObject({
        status: 409,
        body: { scimType: "mutability", code: "last_owner", detail: expect.stringContaining("last owner") },
      });
    }
    expect((await own.ask("GET", `/Users/${id}`)).body).toMatchObject({ active: true });
  });

  test("of two who are taken away at the same moment, one stays", async () => {
    const tenant = await here.addTenant();
    const own = await openDirectory(here, tenant);
    const owners = [await addMember(tenant, "owner"), await addMember(tenant, "owner")];
    const [first = { email: "" }] = owners;
    await proveDomain(tenant, own.owner, own.connectionId, domainOf(first.email));
    const ids = [];
    for (const { email } of owners) ids.push(await own.create("/Users", { userName: email }));
    await onlyOwner(tenant, ...owners.map(({ userId }) => userId));

    const answers = await Promise.all(ids.map((id) => own.ask("DELETE", `/Users/${id}`)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  test("who comes in while the provider is away is not taken away where all others need it", async () => {
    const tenant = await here.addTenant();
    const own = await openDirectory(here, tenant);
    const { email } = await addMember(tenant, "owner");
    await proveDomain(tenant, own.owner, own.connectionId, domainOf(email));
    const id = await own.create("/Users", { userName: email });
    await enrol(email);
    await enforce(own);

    const refused = await own.ask("DELETE", `/Users/${id}`);
    await enrol((await addMember(tenant, "owner")).email, own);
    const done = await own.ask("DELETE", `/Users/${id}`);

    expect(refused).toMatchObject({ status: 409, body: { code: "break_glass_owner" } });
    expect(done.status).toBe(204);
  });
});

test("a directory of one tenant neither sees nor touches people of another", async () => {
  const other = await openDirectory(here);
  const theirs = await other.create("/Users", { userName: `ada@${other.domain}`, externalId: "x" });
  const group = await other.create("/Groups", { displayName: "Staff", members: [{ value: theirs }] });
  const nothing = "00000000-0000-4000-8000-000000000000";
  const off = { Operations: [{ op: "replace", path: "active", value: false }] };
  const asks = [
    ["GET", "/Users/{id}", undefined],
    ["PUT", "/Users/{id}", { userName: `ada@${directory.domain}`, active: false }],
    ["PATCH", "/Users/{id}", off],
    ["DELETE", "/Users/{id}", undefined],
    ["GET", "/Groups/{id}", undefined],
    ["PUT", "/Groups/{id}", { displayName: "Staff" }],
    ["DELETE", "/Groups/{id}", undefined],
    ["POST", "/Groups", { displayName: "Ours", members: [{ value: "{id}" }] }],
    ["GET", '/Users?filter=id eq "{id}" or externalId eq "x"', undefined],
    ["GET", '/Groups?filter=members eq "{id}"', undefined],
  ] as const;

  for (const [method, path, body] of asks) {
    const put = (id: string) => JSON.parse(JSON.stringify(body ?? null).replaceAll("{id}", id)) ?? undefined;
    const at = (id: string) => encodeURI(path.replaceAll("{id}", id));
    const id = path.startsWith("/Groups/") ? group : theirs;
    const [found, missing] = [
      await directory.ask(method, at(id), put(id)),
      await directory.ask(method, at(nothing), put(nothing)),
    ];
    expect([path, found.status, unnamed(found.text)]).toEqual([path, missing.status, unnamed(missing.text)]);
  }
  expect((await other.ask("GET", `/Users/${theirs}`)).body).toMatchObject({ active: true });
});

test("a token is over at once when it is revoked or its time is, and one that is rotated goes on for a while", async () => {
  const rotated = await directory.owner.mutate("scim.rotateToken", { id: directory.tokenId });
  const { id, token } = dataOf(rotated) as { id: string; token: string };
  const ask = (key: string) => there.request("GET", "/scim/v2/Users", { key });
  expect([(await ask(directory.token)).status, (await ask(token)).status]).toEqual([200, 200]);

  await directory.owner.mutate("scim.revokeToken", { id: directory.tokenId });

  expect([(await ask(directory.token)).status, (await ask(token)).status]).toEqual([401, 200]);
  const admin = new pg.Client(database.url);
  await admin.connect();
  const expire = "update burgee.scim_tokens set expires_at = clock_timestamp() where scim_token_id = $1";
  await admin.query(expire, [id]);
  await admin.end();
  expect((await ask(token)).status).toBe(401);
  const listed = dataOf(await directory.owner.query("scim.listTokens"));
  expect(listed).toMatchObject([
    { id: directory.tokenId, revokedAt: expect.any(String), lastUsedAt: expect.any(String), replacedBy: id },
    { id, revokedAt: null, replaces: directory.tokenId },
  ]);
  expect(JSON.stringify(listed)).not.toContain(token);
});

test("no other key lets a directory in, and its token opens nothing else", async () => {
  const { personalKey, serverKey, clientKey } = directory.tenant;
  for (const key of [personalKey, serverKey, clientKey]) {
    expect(await here.request("GET", "/scim/v2/Users", { key })).toMatchObject({ status: 403 });
  }
  const mistyped = `${directory.token.slice(0, -1)}x`;
  for (const key of [undefined, "nothing", mistyped]) {
    const answer = await here.request("GET", "/scim/v2/Users", key === undefined ? {} : { key });
    expect(answer).toMatchObject({ status: 401, body: { status: "401", schemas: [expect.any(String)] } });
  }
  const { token: key } = directory;
  expect((await here.request("GET", "/v1/toggles", { key })).status).toBe(401);
  expect((await here.request("GET", "/trpc/projects.list", { key })).status).toBe(401);
});

test("a token that has ended is told of in the audit trail, once, however often it comes", async () => {
  const own = await openDirectory(here);
  await own.owner.mutate("scim.revokeToken", { id: own.tokenId });

  for (let time = 0; time < 3; time += 1) expect((await own.ask("GET", "/Users")).status).toBe(401);

  const told = await own.owner.query("audit.list", { action: "scim_token.refused" });
  expect(dataOf(told)).toMatchObject({
    items: [{ actor: "anonymous", object: `scim-token/${own.tokenId}`, after: { ended: "revoked" } }],
  });
  expect(told.text.split("scim_token.refused")).toHaveLength(2);
  const metrics = await here.request("GET", "/metrics");
  expect(metrics.text).toMatch(/burgee_scim_refusals_total(\{[^}]*\})? [3-9]/);
});

function activate(id: string, value: boolean) {
  return directory.ask("PATCH", `/Users/${id}`, { Operations: [{ op: "replace", path: "active", value }] });
}

/** Somebody with a password of their own, whom the directory manages from now on. */
async function aMember(tenant: TestTenant) {
  const { email, userId } = await addMember(tenant, "editor");
  await proveDomain(tenant, directory.owner, directory.connectionId, domainOf(email));
  return { email, userId, id: await directory.create("/Users", { userName: email }) };
}

async function join(tenant: TestTenant, userId: UserId): Promise<void> {
  const { db, person } = tenant.caller;
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "editor"));
}

async function onlyOwner(tenant: TestTenant, ...owners: readonly UserId[]): Promise<void> {
  const { db, person } = tenant.caller;
  await db.transact(person.tenantId, async ({ members }) => {
    const others = (await members.listOwners()).filter((each) => !owners.includes(each));
    for (const each of others) await members.setRole(each, "admin");
  });
}

/** As if an owner had tried the connection out, and enforced it. */
async function enforce({ tenant }: TestDirectory, isEnforced = true): Promise<void> {
  const { db, person } = tenant.caller;
  await db.transact(person.tenantId, async ({ connections }) => {
    const [connection] = await connections.list();
    if (!connection) throw new Error("There is no connection.");
    await connections.setTested(connection.connectionId, connection.version);
    await connections.setEnforced(connection.connectionId, isEnforced);
  });
}

/** A second factor of somebody who signs in by a password; an enforced provider steps aside meanwhile. */
async function enrol(email: string, enforcing?: TestDirectory): Promise<void> {
  if (enforcing) await enforce(enforcing, false);
  const browser = openBrowser(here);
  await browser.signIn(email);
  const { seed } = dataOf(await browser.mutate("secondFactor.begin")) as { seed: string };
  const code = new TOTP({ secret: Secret.fromBase32(seed) }).generate();
  expect((await browser.mutate("secondFactor.confirm", { code })).status).toBe(200);
  if (enforcing) await enforce(enforcing);
}

async function ownKey(browser: Browser): Promise<string> {
  const place = { project: "web", environment: "production" };
  const issued = await browser.mutate("sdkKeys.issue", { ...place, kind: "pat", name: "Laptop" });
  return String(Reflect.get(Object(dataOf(issued)), "key"));
}

async function statuses(browser: Browser, key: string): Promise<readonly number[]> {
  const answers = await Promise.all(
    [here, there].flatMap((api) => [
      api.request("GET", "/trpc/projects.list", { headers: { cookie: cookieOf(browser) } }),
      api.request("GET", "/v1/toggles", { key }),
    ]),
  );
  return answers.map(({ status }) => status);
}

function cookieOf({ cookies }: Browser): string {
  return [...cookies].map((cookie) => cookie.join("=")).join("; ");
}

function domainOf(email: string): string {
  return email.split("@")[1] ?? "";
}

/** Without what names this one request. */
function unnamed(text: string): string {
  return text.replace(/"requestId":"[^"]*"/g, "").replace(/[0-9a-f-]{36}/g, "");
}
