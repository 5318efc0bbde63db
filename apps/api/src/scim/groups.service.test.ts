import { verifyAuditChain } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMember, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import { openDirectory, proveDomain, type TestDirectory } from "../../test/open-directory.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

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

test("Okta's way with a group: it creates it with people, adds, removes, renames, and deletes", async () => {
  const [ada, bob] = [await person("ada"), await person("bob")];
  const created = await directory.ask("POST", "/Groups", {
    schemas: [GROUP],
    displayName: "Engineering",
    members: [{ value: ada, display: "ada" }],
  });
  expect(created).toMatchObject({
    status: 201,
    body: {
      displayName: "Engineering",
      members: [{ value: ada, type: "User" }],
      meta: { resourceType: "Group" },
    },
  });
  const { id } = created.body as { id: string };

  const swapped = await patch(id, [
    { op: "remove", path: `members[value eq "${ada}"]` },
    { op: "add", path: "members", value: [{ value: bob, display: "bob" }] },
  ]);
  expect(swapped.body).toMatchObject({ members: [{ value: bob }] });
  const renamed = await patch(id, [{ op: "replace", value: { id, displayName: "Platform" } }]);
  expect(renamed.body).toMatchObject({ displayName: "Platform", members: [{ value: bob }] });
  const put = await directory.ask("PUT", `/Groups/${id}`, {
    displayName: "Platform",
    members: [{ value: ada }, { value: bob }],
  });
  expect((put.body as { members: object[] }).members).toHaveLength(2);
  expect((await directory.ask("GET", `/Users/${ada}`)).body).toMatchObject({
    groups: [{ value: id, display: "Platform" }],
  });
  expect((await directory.ask("DELETE", `/Groups/${id}`)).status).toBe(204);
  expect((await directory.ask("GET", `/Users/${ada}`)).body).toMatchObject({ groups: [] });
});

test("Entra's way with a group: it is found without members, and asked who is in it", async () => {
  const [ada, bob] = [await person("ada"), await person("bob")];
  const id = await directory.create("/Groups", {
    schemas: [GROUP],
    externalId: "8aa1",
    displayName: "Engineering",
    meta: { resourceType: "Group" },
  });

  const filter = encodeURIComponent('displayName eq "engineering"');
  const found = await directory.ask("GET", `/Groups?excludedAttributes=members&filter=${filter}`);
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id, externalId: "8aa1" }] });
  expect(found.text).not.toContain('"members"');
  await patch(id, [{ op: "Add", path: "members", value: [{ $ref: null, value: ada }] }]);
  await patch(id, [{ op: "Add", path: "members", value: [{ value: bob }] }]);
  await patch(id, [{ op: "Remove", path: "members", value: [{ value: bob }] }]);
  const who = async (user: string) => {
    const asked = encodeURIComponent(`id eq "${id}" and members eq "${user}"`);
    const { body } = await directory.ask("GET", `/Groups?filter=${asked}&attributes=id`);
    return (body as { totalResults: number }).totalResults;
  };

  expect([await who(ada), await who(bob)]).toEqual([1, 0]);
  const counted = async (filter: string) => {
    const { body } = await directory.ask("GET", `/Groups?filter=${encodeURIComponent(filter)}`);
    return (body as { totalResults: number }).totalResults;
  };
  expect(await Promise.all(["members pr", "not (members pr)", `members ne "${bob}"`].map(counted))).toEqual([
    1, 0, 1,
  ]);
});

test.each([
  ["add", [{ op: "add", path: "members", value: [{ value: "{ada}" }] }]],
  ["remove", [{ op: "remove", path: 'members[value eq "{bob}"]' }]],
  ["replace", [{ op: "replace", path: "members", value: [{ value: "{ada}" }] }]],
  ["rename", [{ op: "replace", path: "displayName", value: "Staff" }]],
])("the same %s once more changes nothing, and adds nothing to the audit trail", async (_, operations) => {
  const [ada, bob] = [await person("ada"), await person("bob")];
  const id = await directory.create("/Groups", { displayName: "Crew", members: [{ value: bob }] });
  const asked = JSON.parse(JSON.stringify(operations).replaceAll("{ada}", ada).replaceAll("{bob}", bob));
  const first = await patch(id, asked);
  const before = (await actions()).length;

  const again = await Promise.all([1, 2, 3].map(() => patch(id, asked)));

  expect(again.map(({ body }) => body)).toEqual(Array(3).fill(first.body));
  expect((await actions()).length).toBe(before);
});

test("at the same moment one group comes to be, and every member that somebody added is in it", async () => {
  const people = await Promise.all(["ada", "bob", "cy", "dot"].map(person));
  const made = await Promise.all(people.map(() => directory.ask("POST", "/Groups", { displayName: "Crew" })));
  expect(made.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  const id = String(Reflect.get(Object(made.find(({ status }) => status === 201)?.body), "id"));

  await Promise.all(people.map((value) => patch(id, [{ op: "add", path: "members", value: [{ value }] }])));

  const { members } = (await directory.ask("GET", `/Groups/${id}`)).body as { members: { value: string }[] };
  expect(members.map(({ value }) => value).toSorted()).toEqual(people.toSorted());
});

describe("what a group gives", () => {
  test("is a role in the tenant, taken with the membership, and a session goes on in it", async () => {
    const { email, userId } = await addMember(directory.tenant, "viewer");
    await proveDomain(directory.tenant, directory.owner, directory.connectionId, "example.com");
    const user = await directory.create("/Users", { userName: email });
    const browser = openBrowser(api);
    await browser.signIn(email);
    const cookie = browser.cookies.get("burgee");
    await setRoles([{ group: "Editors", role: "editor" }]);
    const id = await directory.create("/Groups", { displayName: "Editors" });

    await patch(id, [{ op: "add", path: "members", value: [{ value: user }] }]);
    expect(await roleOf(userId)).toBe("editor");
    expect((await browser.query("projects.list")).status).toBe(200);
    expect(browser.cookies.get("burgee")).not.toBe(cookie);
    await patch(id, [{ op: "remove", path: "members", value: [{ value: user }] }]);

    expect(await roleOf(userId)).toBe("viewer");
    expect((await actions()).slice(0, 2).toSorted()).toEqual([
      "group.members_changed",
      "member.role_changed",
    ]);
  });

  test("is a grant in a place, and what somebody granted by hand stays", async () => {
    const user = await person("ada");
    const userId = await userIdOf("ada");
    const byHand = { userId, project: "web", environment: "staging", role: "viewer" };
    await directory.owner.mutate("grants.set", byHand);
    await setRoles([
      { group: "Release", role: "admin", project: "web", environment: "production" },
      { group: "Release", role: "admin", project: "web", environment: "staging" },
    ]);

    const id = await directory.create("/Groups", { displayName: "Release", members: [{ value: user }] });
    expect(await grantsOf(userId)).toEqual([
      ["production", "admin"],
      ["staging", "viewer"],
    ]);
    await directory.ask("DELETE", `/Groups/${id}`);

    expect(await grantsOf(userId)).toEqual([["staging", "viewer"]]);
  });

  test("is what the first rule says that fits, and the default where none does", async () => {
    const user = await person("ada");
    await setRoles([
      { group: "Admins", role: "admin" },
      { group: "Editors", role: "editor" },
    ]);
    for (const displayName of ["Editors", "Admins"]) {
      await directory.create("/Groups", { displayName, members: [{ value: user }] });
    }
    expect(await roleOf(await userIdOf("ada"))).toBe("admin");

    await setRoles([{ group: "Editors", role: "editor" }]);
    expect(await roleOf(await userIdOf("ada"))).toBe("editor");
    await setRoles([]);

    expect(await roleOf(await userIdOf("ada"))).toBe("viewer");
  });

  test("follows its name, and stays away from who was deactivated until they come back", async () => {
    const user = await person("ada");
    await setRoles([{ group: "Editors", role: "editor" }]);
    const id = await directory.create("/Groups", { displayName: "Crew", members: [{ value: user }] });
    const userId = await userIdOf("ada");
    const active = (value: boolean) => ({ Operations: [{ op: "replace", path: "active", value }] });
    await directory.ask("PATCH", `/Users/${user}`, active(false));

    await patch(id, [{ op: "replace", path: "displayName", value: "Editors" }]);
    expect(await roleOf(userId)).toBeUndefined();
    await directory.ask("PATCH", `/Users/${user}`, active(true));
    expect(await roleOf(userId)).toBe("editor");
    await patch(id, [{ op: "replace", path: "displayName", value: "Crew" }]);

    expect(await roleOf(userId)).toBe("viewer");
  });

  test("leaves a role that somebody set by hand, as long as the groups say nothing new", async () => {
    const user = await person("ada");
    const userId = await userIdOf("ada");
    await setRoles([
      { group: "Editors", role: "editor" },
      { group: "Lunch", role: "editor", project: "web" },
    ]);
    await directory.owner.mutate("members.setRole", { userId, role: "admin" });

    await directory.create("/Groups", { displayName: "Lunch", members: [{ value: user }] });
    expect(await roleOf(userId)).toBe("admin");
    await directory.create("/Groups", { displayName: "Editors", members: [{ value: user }] });

    expect(await roleOf(userId)).toBe("editor");
  });

  test("is no owner, unless an owner says so of a group; and the last one stays", async () => {
    const user = await person("ada");
    const userId = await userIdOf("ada");
    await directory.create("/Groups", { displayName: "owner", members: [{ value: user }] });
    expect(await roleOf(userId)).toBe("viewer");

    await setRoles([{ group: "Founders", role: "owner" }]);
    const id = await directory.create("/Groups", { displayName: "Founders", members: [{ value: user }] });
    expect(await roleOf(userId)).toBe("owner");
    const { db, person: own } = directory.tenant.caller;
    await db.transact(own.tenantId, async ({ members }) => {
      for (const each of await members.listOwners()) {
        if (each !== userId) await members.setRole(each, "admin");
      }
    });
    const refused = await patch(id, [{ op: "remove", path: "members" }]);

    expect(refused).toMatchObject({ status: 409, body: { code: "last_owner", scimType: "mutability" } });
    expect(await roleOf(userId)).toBe("owner");
  });

  test("takes nothing from whom an owner made an owner", async () => {
    const { email, userId } = await addMember(directory.tenant, "owner");
    await proveDomain(directory.tenant, directory.owner, directory.connectionId, "example.com");
    const user = await directory.create("/Users", { userName: email });
    await setRoles([{ group: "Editors", role: "editor" }]);

    await directory.create("/Groups", { displayName: "Editors", members: [{ value: user }] });

    expect(await roleOf(userId)).toBe("owner");
  });
});

test("a group of hundreds gives its roles in one request, each with its entry in a chain that holds", async () => {
  const { db, person: own } = directory.tenant.caller;
  const names = Array.from({ length: 450 }, (_, n) => `p${n}`);
  const ids = await db.transact(own.tenantId, async ({ scimUsers, tenants }) => {
    const made = [];
    for (const name of names) {
      const email = `${name}@${directory.domain}`;
      const userId = await scimUsers.addPerson({ email, name, passwordHash: "none" });
      await tenants.addMember(userId, "viewer");
      const parts = { externalId: null, givenName: null, familyName: null };
      made.push(
        await scimUsers.create(userId, { userName: email, email, displayName: name, ...parts }, "viewer"),
      );
    }
    return made;
  });
  await setRoles([
    { group: "All", role: "editor" },
    { group: "All", role: "admin", project: "web", environment: "production" },
  ]);

  await directory.create("/Groups", { displayName: "All", members: ids.map((value) => ({ value })) });

  const counts = dataOf(await directory.owner.query("audit.facets", { action: "member.role_changed" }));
  expect(counts).toMatchObject({ counted: 450 });
  expect(dataOf(await directory.owner.query("audit.facets", { action: "grant.set" }))).toMatchObject({
    counted: 450,
  });
  expect(await verifyAuditChain({ db }, { tenantId: own.tenantId })).toMatchObject({ fault: undefined });
});

describe("who says what groups give", () => {
  test("is an owner, who just showed that it is them", async () => {
    const admin = openBrowser(api);
    await admin.signIn((await addMember(directory.tenant, "admin")).email);
    const input = { version: 0, defaultRole: "viewer", roles: [] };

    for (const [procedure, given] of [
      ["scim.setRoles", input],
      ["scim.issueToken", { name: "Mine" }],
      ["scim.revokeToken", { id: directory.tokenId }],
    ] as const) {
      expect(codeOf(await admin.mutate(procedure, given))).toBe("forbidden");
    }
  });

  test.each([
    [{ defaultRole: "owner" }, "invalid_input"],
    [{ defaultRole: "nobody" }, "invalid_input"],
    [{ version: 7 }, "version_conflict"],
    [{ roles: [{ group: "A", role: "owner", project: "web" }] }, "invalid_input"],
    [{ roles: [{ group: "A", role: "editor", project: "missing" }] }, "project_not_found"],
    [{ roles: [{ group: "A", role: "editor", environment: "production" }] }, "invalid_input"],
    [{ roles: [{ group: " ", role: "editor" }] }, "invalid_input"],
  ])("is told what is wrong with %j", async (wrong, code) => {
    const input = { version: 0, defaultRole: "viewer", roles: [], ...wrong };

    expect(codeOf(await directory.owner.mutate("scim.setRoles", input))).toBe(code);
  });

  test("keeps a role from being deleted that a group gives", async () => {
    await directory.owner.mutate("roles.create", { key: "guest", name: "Guest", permissions: [] });
    await setRoles([{ group: "Guests", role: "guest" }]);

    const deleted = await directory.owner.mutate("roles.delete", { key: "guest", expectedVersion: 1 });

    expect(codeOf(deleted)).toBe("role_in_use");
  });
});

describe("a change of a group that can't be", () => {
  test.each([
    [
      "of who is nobody here",
      [{ op: "add", path: "members", value: [{ value: "{nobody}" }] }],
      "invalidValue",
    ],
    [
      "of a member without an id",
      [{ op: "add", path: "members", value: [{ display: "x" }] }],
      "invalidValue",
    ],
    ["of an operation that is none", [{ op: "explode", path: "members" }], "invalidSyntax"],
    ["by a filter on something else", [{ op: "remove", path: 'members[display co "a"]' }], "invalidPath"],
    ["of nothing", [{ op: "remove" }], "noTarget"],
    ["without a name", [{ op: "replace", path: "displayName", value: "" }], "invalidValue"],
    ["by a path that is none", [{ op: "add", path: "members[", value: [] }], "invalidPath"],
  ])("%s is refused, and nothing of it is done", async (_, operations, scimType) => {
    const ada = await person("ada");
    const id = await directory.create("/Groups", { displayName: "Crew", members: [{ value: ada }] });
    const named = JSON.parse(
      JSON.stringify(operations).replace("{nobody}", "00000000-0000-4000-8000-000000000000"),
    );

    const answer = await patch(id, [{ op: "replace", path: "displayName", value: "Changed" }, ...named]);

    expect(answer).toMatchObject({ status: 400, body: { scimType } });
    expect((await directory.ask("GET", `/Groups/${id}`)).body).toMatchObject({
      displayName: "Crew",
      members: [{ value: ada }],
    });
  });
});

function patch(id: string, operations: readonly object[]) {
  return directory.ask("PATCH", `/Groups/${id}`, { schemas: [PATCH_SCHEMA], Operations: operations });
}

function person(name: string): Promise<string> {
  return directory.create("/Users", { userName: `${name}@${directory.domain}` });
}

async function setRoles(roles: readonly object[]): Promise<void> {
  const { version } = dataOf(await directory.owner.query("scim.getRoles")) as { version: number };
  const answer = await directory.owner.mutate("scim.setRoles", { version, defaultRole: "viewer", roles });
  expect(answer.status).toBe(200);
}

async function userIdOf(name: string): Promise<string> {
  const { system, person: own } = directory.tenant.caller;
  const page = { after: undefined, limit: 200 };
  const members = await system.credentials.listMembers(own.tenantId, page);
  const email = `${name}@${directory.domain}`;
  return members.find((member) => member.email === email)?.userId ?? "";
}

async function roleOf(userId: string): Promise<string | undefined> {
  const { system, person: own } = directory.tenant.caller;
  const page = { after: undefined, limit: 200 };
  const members = await system.credentials.listMembers(own.tenantId, page);
  return members.find((member) => member.userId === userId)?.role;
}

async function grantsOf(userId: string): Promise<readonly (readonly string[])[]> {
  const { items } = dataOf(await directory.owner.query("grants.list", { userId })) as {
    items: { environment: string; role: string }[];
  };
  return items.map(({ environment, role }) => [environment, role]).toSorted();
}

async function actions(): Promise<readonly string[]> {
  const { db, person: own } = directory.tenant.caller;
  const entries = await db.read(own.tenantId, ({ audit }) => audit.list({ before: undefined, limit: 200 }));
  return entries.map(({ action }) => action);
}
