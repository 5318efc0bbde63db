import type { UserId } from "@burgee/db";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMember, dataOf, openBrowser } from "../../test/open-browser.ts";
import { openDirectory, proveDomain, type TestDirectory } from "../../test/open-directory.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

let database: TestDatabase;
let api: TestApi;
let directory: TestDirectory;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
beforeEach(async () => {
  directory = await openDirectory(api);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("Okta's way with a person: it looks, creates, updates, deactivates, and brings back", async () => {
  const userName = `Ada.Lovelace@${directory.domain}`;
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  const looked = await directory.ask("GET", `/Users?filter=${filter}&startIndex=1&count=100`);
  expect(looked).toMatchObject({ status: 200, body: { totalResults: 0, startIndex: 1, Resources: [] } });

  const sent = {
    schemas: [CORE],
    userName,
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [{ primary: true, value: userName, type: "work" }],
    displayName: "Ada Lovelace",
    locale: "en-US",
    externalId: "00u1",
    groups: [],
    password: "1mz050nq",
    active: true,
  };
  const created = await directory.ask("POST", "/Users", sent);
  expect(created.status).toBe(201);
  expect(created.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
  const { id } = created.body as { id: string };
  expect(created.headers.get("location")).toBe(`http://localhost:${api.port}/scim/v2/Users/${id}`);
  expect(created.body).toMatchObject({
    schemas: [CORE],
    userName,
    externalId: "00u1",
    displayName: "Ada Lovelace",
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [{ value: userName.toLowerCase(), primary: true }],
    active: true,
    meta: { resourceType: "User", version: created.headers.get("etag") },
  });
  expect(created.text).not.toContain("1mz050nq");

  const renamed = { ...sent, name: { givenName: "Ada", familyName: "King" }, displayName: "Ada King" };
  expect(await directory.ask("PUT", `/Users/${id}`, renamed)).toMatchObject({
    status: 200,
    body: { displayName: "Ada King", active: true },
  });
  const off = { schemas: [PATCH_SCHEMA], Operations: [{ op: "replace", value: { active: false } }] };
  expect(await directory.ask("PATCH", `/Users/${id}`, off)).toMatchObject({
    status: 200,
    body: { active: false },
  });
  const on = { schemas: [PATCH_SCHEMA], Operations: [{ op: "replace", value: { active: true } }] };
  expect(await directory.ask("PATCH", `/Users/${id}`, on)).toMatchObject({
    status: 200,
    body: { active: true },
  });
  expect((await memberNames()).filter(({ name }) => name === "Ada King")).toHaveLength(1);
});

test("Entra's way with a person: words for yes and no, paths with filters, names in other cases", async () => {
  const userName = `grace@${directory.domain}`;
  const id = await directory.create("/Users", {
    schemas: [CORE, ENTERPRISE],
    externalId: "grace",
    userName,
    active: true,
    displayName: "Grace Hopper",
    emails: [{ primary: true, type: "work", value: userName }],
    meta: { resourceType: "User" },
    name: { formatted: "Grace Hopper", familyName: "Hopper", givenName: "Grace" },
    roles: [],
    [ENTERPRISE]: { department: "Navy" },
  });

  const changed = await directory.ask("PATCH", `/Users/${id}`, {
    schemas: [PATCH_SCHEMA],
    Operations: [
      { op: "Replace", path: 'emails[type eq "work"].value', value: `g.hopper@${directory.domain}` },
      { op: "Replace", path: "name.familyName", value: "Murray" },
      { op: "Add", path: `${ENTERPRISE}:department`, value: "Computing" },
      { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "1" },
      { op: "Replace", path: `${CORE}:displayName`, value: "Grace Murray" },
    ],
  });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      userName,
      displayName: "Grace Murray",
      name: { familyName: "Murray", givenName: "Grace" },
      emails: [{ value: `g.hopper@${directory.domain}` }],
    },
  });
  const off = { schemas: [PATCH_SCHEMA], Operations: [{ op: "Replace", path: "active", value: "False" }] };
  expect(await directory.ask("PATCH", `/Users/${id}`, off)).toMatchObject({ body: { active: false } });
  const found = encodeURIComponent(`externalId eq "grace" and active eq false`);
  expect(await directory.ask("GET", `/Users?filter=${found}`)).toMatchObject({ body: { totalResults: 1 } });
  expect(await directory.ask("DELETE", `/Users/${id}`)).toMatchObject({ status: 204, text: "" });
  expect(await directory.ask("GET", `/Users/${id}`)).toMatchObject({
    status: 404,
    body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "404" },
  });
});

describe("the same once more", () => {
  test("makes no second person: 409 with the protocol's word", async () => {
    const body = { userName: `ada@${directory.domain}` };
    await directory.create("/Users", body);

    expect(await directory.ask("POST", "/Users", { userName: `ADA@${directory.domain}` })).toMatchObject({
      status: 409,
      body: { scimType: "uniqueness", status: "409" },
    });
  });

  test("at the same moment makes one", async () => {
    const body = { userName: `ada@${directory.domain}`, externalId: "1" };
    const { db, person } = directory.tenant.caller;
    const admin = new pg.Client(database.url);
    await admin.connect();
    const waiting =
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    // Whoever is first waits for the end of the audit trail, so that all others come before it is done.
    const answers = await db.transact(person.tenantId, async ({ audit }) => {
      await audit.lockHead();
      const asked = Array.from({ length: 8 }, () => directory.ask("POST", "/Users", body));
      await eventually(async () => expect((await admin.query(waiting)).rowCount).toBeGreaterThan(1));
      return { asked };
    });
    const statuses = (await Promise.all(answers.asked)).map(({ status }) => status);
    await admin.end();

    expect(statuses.toSorted()).toEqual([201, ...Array(7).fill(409)]);
    expect((await memberNames()).filter(({ email }) => email === body.userName)).toHaveLength(1);
  });

  test.each([
    ["PUT", { active: false }],
    ["PATCH", { Operations: [{ op: "replace", value: { active: false } }] }],
  ])(
    "by %s changes nothing, keeps its version, and adds nothing to the audit trail",
    async (method, body) => {
      const userName = `ada@${directory.domain}`;
      const id = await directory.create("/Users", { userName });
      const sent = method === "PUT" ? { userName, ...body } : body;
      const first = await directory.ask(method, `/Users/${id}`, sent);
      const before = await auditCount();

      const again = await Promise.all([1, 2, 3].map(() => directory.ask(method, `/Users/${id}`, sent)));

      for (const answer of again) expect(answer.body).toEqual(first.body);
      expect(await auditCount()).toBe(before);
    },
  );

  test("deletes what is gone with 404, and adds nothing to the audit trail", async () => {
    const id = await directory.create("/Users", { userName: `ada@${directory.domain}` });
    const answers = await Promise.all([1, 2, 3].map(() => directory.ask("DELETE", `/Users/${id}`)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404, 404]);
    expect((await actions()).filter((action) => action === "member.deprovisioned")).toHaveLength(1);
  });
});

describe("whom it takes in", () => {
  test("is at a domain that the tenant proved, and nobody else", async () => {
    expect(await directory.ask("POST", "/Users", { userName: "somebody@elsewhere.example" })).toMatchObject({
      status: 400,
      body: { scimType: "invalidValue", detail: expect.stringContaining("elsewhere.example") },
    });
    const id = await directory.create("/Users", { userName: `ada@${directory.domain}` });
    const moved = { Operations: [{ op: "replace", path: "userName", value: "ada@elsewhere.example" }] };
    expect(await directory.ask("PATCH", `/Users/${id}`, moved)).toMatchObject({ status: 400 });
  });

  test("is a new account, whoever has one by the address: its password opens nothing here", async () => {
    const other = await openDirectory(api);
    const { email, userId } = await addMember(other.tenant, "owner");
    await prove(email);

    const id = await directory.create("/Users", { userName: email });

    const members = await memberNames();
    expect(members.find((member) => member.email === email)?.userId).not.toBe(userId);
    const browser = openBrowser(api);
    await browser.signIn(email);
    const tenants = await browser.query("auth.tenants");
    expect(tenants.text).toContain(other.tenant.caller.person.tenantId);
    expect(tenants.text).not.toContain(directory.tenant.caller.person.tenantId);
    await directory.ask("PUT", `/Users/${id}`, { userName: email, displayName: "Mallory" });
    await directory.ask("DELETE", `/Users/${id}`);
    const { body } = await browser.query("auth.session");
    expect(JSON.stringify(body)).toContain("Ana");
    expect(JSON.stringify(body)).not.toContain("Mallory");
  });

  test("stays who they are where they are a member by this address already", async () => {
    const { email, userId } = await addMember(directory.tenant, "editor");
    await prove(email);

    const id = await directory.create("/Users", { userName: email, displayName: "Another name" });
    const members = await memberNames();

    expect(members.filter((member) => member.email === email)).toEqual([
      expect.objectContaining({ userId, role: "editor", name: "Ana" }),
    ]);
    await directory.ask("DELETE", `/Users/${id}`);
    expect((await memberNames()).map((member) => member.email)).not.toContain(email);
  });

  async function prove(email: string): Promise<void> {
    const domain = email.split("@")[1] ?? "";
    await directory.owner.mutate("singleSignOn.addDomain", { connectionId: directory.connectionId, domain });
    const { db, person } = directory.tenant.caller;
    await db.transact(person.tenantId, ({ connections }) => connections.setProved(domain));
  }
});

test("who was deactivated comes back with the roles that they had, and no key or session comes to life", async () => {
  const userName = `ada@${directory.domain}`;
  const id = await directory.create("/Users", { userName });
  const userId = (await memberNames()).find(({ email }) => email === userName)?.userId ?? "";
  await directory.owner.mutate("members.setRole", { userId, role: "editor" });
  const place = { userId, project: "web", environment: "production" };
  await directory.owner.mutate("grants.set", { ...place, role: "admin" });
  const active = (value: boolean) => ({ Operations: [{ op: "replace", path: "active", value }] });

  await directory.ask("PATCH", `/Users/${id}`, active(false));
  expect((await directory.owner.query("grants.list", {})).text).not.toContain(userId);
  await directory.ask("PATCH", `/Users/${id}`, active(true));

  expect((await memberNames()).find((member) => member.userId === userId)?.role).toBe("editor");
  expect((await directory.owner.query("grants.list", {})).text).toContain(userId);
  expect((await actions()).slice(0, 2)).toEqual(["member.reactivated", "member.deactivated"]);
});

describe("who was an owner", () => {
  test("comes back as somebody new would: no directory brings back an owner or an admin by itself", async () => {
    const { email, userId, id } = await anOwner();

    await directory.ask("PUT", `/Users/${id}`, { userName: email, active: false });
    await directory.ask("PUT", `/Users/${id}`, { userName: email, active: true });

    expect(await roleOf(userId)).toBe("viewer");
  });

  test("comes back as what a rule of the owners says of their group", async () => {
    const { email, userId, id } = await anOwner();
    await directory.create("/Groups", { displayName: "Operators", members: [{ value: id }] });
    const { version } = dataOf(await directory.owner.query("scim.getRoles")) as { version: number };
    const roles = [{ group: "Operators", role: "admin" }];
    await directory.owner.mutate("scim.setRoles", { version, defaultRole: "viewer", roles });

    await directory.ask("PUT", `/Users/${id}`, { userName: email, active: false });
    await directory.ask("PUT", `/Users/${id}`, { userName: email, active: true });

    expect(await roleOf(userId)).toBe("admin");
  });

  async function anOwner() {
    const { email, userId } = await addMember(directory.tenant, "owner");
    await proveDomain(directory.tenant, directory.owner, directory.connectionId, email.split("@")[1] ?? "");
    return { email, userId, id: await directory.create("/Users", { userName: email }) };
  }
});

describe("who was removed here", () => {
  test.each(["PUT", "PATCH"])(
    "is not brought back by active: true (%s), and nothing of that request is done",
    async (method) => {
      const { id, userId, userName } = await aRemoved();
      const body =
        method === "PUT"
          ? { userName, displayName: "Another", active: true }
          : { Operations: [{ op: "replace", value: { displayName: "Another", active: true } }] };

      const answer = await directory.ask(method, `/Users/${id}`, body);

      expect(answer).toMatchObject({ status: 409, body: { code: "member_removed", scimType: "mutability" } });
      expect(await roleOf(userId)).toBeUndefined();
      expect((await directory.ask("GET", `/Users/${id}`)).body).toMatchObject({
        active: false,
        displayName: userName,
      });
    },
  );

  test("stays out when the directory deactivates them, and activates them again", async () => {
    const { id, userId } = await aRemoved();
    const active = (value: boolean) =>
      directory.ask("PATCH", `/Users/${id}`, { Operations: [{ op: "replace", path: "active", value }] });

    const statuses = [(await active(false)).status, (await active(true)).status];

    expect(statuses).toEqual([200, 409]);
    expect(await roleOf(userId)).toBeUndefined();
  });

  test("is renamed all the same, and comes in again as somebody who is created anew", async () => {
    const { id, userName } = await aRemoved();

    const renamed = await directory.ask("PUT", `/Users/${id}`, {
      userName,
      displayName: "Another",
      active: false,
    });
    await directory.ask("DELETE", `/Users/${id}`);
    await directory.create("/Users", { userName });

    expect(renamed).toMatchObject({ status: 200, body: { displayName: "Another", active: false } });
    expect((await memberNames()).find(({ email }) => email === userName)?.role).toBe("viewer");
  });

  async function aRemoved() {
    const userName = `${crypto.randomUUID()}@${directory.domain}`;
    const id = await directory.create("/Users", { userName });
    const userId = (await memberNames()).find(({ email }) => email === userName)?.userId ?? "";
    expect((await directory.owner.mutate("members.remove", { userId })).status).toBe(200);
    return { id, userId, userName };
  }
});

async function roleOf(userId: string) {
  const { db, person } = directory.tenant.caller;
  const member = await db.read(person.tenantId, ({ members }) => members.find(userId as UserId));
  return member?.role;
}

describe("what it finds", () => {
  test("is paged, counted, and cut down to the attributes that are wanted", async () => {
    for (const name of ["ada", "bob", "cy"]) {
      await directory.create("/Users", { userName: `${name}@${directory.domain}` });
    }

    const second = await directory.ask("GET", "/Users?startIndex=2&count=1&attributes=userName");
    const counted = await directory.ask("GET", "/Users?count=0");
    const without = await directory.ask("GET", "/Users?excludedAttributes=emails,meta,groups,name");

    expect(second.body).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect((second.body as { Resources: object[] }).Resources).toEqual([
      { schemas: [CORE], id: expect.any(String), userName: `bob@${directory.domain}` },
    ]);
    expect(counted.body).toMatchObject({ totalResults: 3, Resources: [] });
    expect(without.text).not.toMatch(/emails|meta/);
  });

  test.each([
    ['userName eq "ADA@{domain}"', ["ada"]],
    ['userName sw "a"', ["ada"]],
    ['emails[type eq "work" and value eq "bob@{domain}"]', ["bob"]],
    ['emails.value co "@{domain}" and not (userName ew "nothing")', ["ada", "bob"]],
    ['externalId eq "X1" or displayName eq "Bob"', ["ada", "bob"]],
    ['externalId eq "x1"', []],
    ["externalId pr", ["ada"]],
    ['active eq "True"', ["ada", "bob"]],
    ["active eq false", []],
    ['id eq "nothing"', []],
    ['id ne "nothing"', ["ada", "bob"]],
    ['userName eq "%" or userName co "_"', []],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName pr", ["ada", "bob"]],
  ])("by %s is what fits", async (filter, names) => {
    await directory.create("/Users", { userName: `ada@${directory.domain}`, externalId: "X1" });
    await directory.create("/Users", { userName: `bob@${directory.domain}`, displayName: "Bob" });

    const asked = encodeURIComponent(filter.replaceAll("{domain}", directory.domain));
    const { status, body } = await directory.ask("GET", `/Users?filter=${asked}`);

    const found = (body as { Resources: { userName: string }[] }).Resources.map(
      ({ userName }) => userName.split("@")[0],
    );
    expect([status, found]).toEqual([200, names]);
  });

  test.each([
    ["userName", "invalidFilter"],
    ['userName eq "a" and', "invalidFilter"],
    ["userName eq 5", "invalidFilter"],
    ['password eq "x"', "invalidFilter"],
    ['meta.lastModified gt "2020"', "invalidFilter"],
    [`${"(".repeat(50)}userName pr${")".repeat(50)}`, "invalidFilter"],
    [`userName eq "${"a".repeat(3000)}"`, "invalidFilter"],
    ['userName eq "\u0000"', "invalidFilter"],
  ])("is refused by the filter %s, with what would be right", async (filter, scimType) => {
    const answer = await directory.ask("GET", `/Users?filter=${encodeURIComponent(filter)}`);

    expect(answer).toMatchObject({ status: 400, body: { scimType, status: "400" } });
  });
});

describe("a change that builds on a version", () => {
  test("is made where that is still the one, and refused with 412 where it is not", async () => {
    const userName = `ada@${directory.domain}`;
    const id = await directory.create("/Users", { userName });
    const { headers } = await directory.ask("GET", `/Users/${id}`);
    const seen = { "if-match": headers.get("etag") ?? "" };

    const first = await directory.ask("PUT", `/Users/${id}`, { userName, displayName: "Ada" }, seen);
    const second = await directory.ask("PUT", `/Users/${id}`, { userName, displayName: "Eve" }, seen);

    expect([first.status, second.status]).toEqual([200, 412]);
    expect((await directory.ask("GET", `/Users/${id}`)).body).toMatchObject({ displayName: "Ada" });
  });
});

test("the audit trail names the token and the person by reference, and tells nothing of them", async () => {
  const userName = `ada@${directory.domain}`;
  const id = await directory.create("/Users", { userName, displayName: "Ada Lovelace" });
  await directory.ask("PUT", `/Users/${id}`, { userName, displayName: "Ada King", externalId: "secret-1" });
  await directory.ask("DELETE", `/Users/${id}`);

  const { text } = await directory.owner.query("audit.list", { limit: 10 });

  expect(text).toContain(`scim:${directory.tokenId}`);
  expect(text).toContain("member.provisioned");
  expect(text).not.toMatch(/Lovelace|King|secret-1/);
  expect(text).not.toContain(userName);
});

interface MemberName {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

async function memberNames(): Promise<readonly MemberName[]> {
  const { system, person } = directory.tenant.caller;
  return system.credentials.listMembers(person.tenantId, { after: undefined, limit: 200 });
}

async function actions(): Promise<readonly string[]> {
  const { db, person } = directory.tenant.caller;
  const entries = await db.read(person.tenantId, ({ audit }) =>
    audit.list({ before: undefined, limit: 200 }),
  );
  return entries.map(({ action }) => action);
}

async function auditCount(): Promise<number> {
  return (await actions()).length;
}
