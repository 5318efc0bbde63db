/**
 * What one tenant has is no news to another: a name that another one took is free, in the same words as one that nobody took; and
 * whoever asks for what is not theirs hears the same as of what is nowhere.
 */
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMember, type Browser, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestAnswer, type TestApi, type TestTenant } from "../../test/start-api.ts";

const PLACE = { project: "web", environment: "production" };
const TAKEN = "taken-by-the-rival";
const FREE = "taken-by-nobody-xxx".slice(0, TAKEN.length);

const database = await createDatabase();
let api: TestApi;
let acme: Browser;
let rival: Browser;
let rivals: TestTenant;

beforeAll(async () => {
  api = await startApi(database);
  rivals = await api.addTenant();
  rival = openBrowser(api);
  await rival.signIn((await addMember(rivals, "owner")).email);
  acme = await newOwner();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** Everything that is called by a name of its maker's choice. */
const named: readonly [procedure: string, input: (name: string) => object][] = [
  ["projects.create", (key) => ({ key, name: "Shop" })],
  ["environments.create", (key) => ({ project: "web", key, name: "Live" })],
  ["toggles.create", (key) => ({ ...PLACE, key, default: true })],
  ["segments.create", (key) => ({ project: "web", key })],
  ["contextAttributes.set", (key) => ({ project: "web", name: key.replaceAll("-", "_"), type: "string" })],
  ["roles.create", (key) => ({ key, name: "Releaser", permissions: [] })],
  ["tenants.create", (name) => ({ name })],
  ["invitations.create", (name) => ({ email: `${name}@example.com`, role: "viewer" })],
];

test.each(named)(
  "%s: a name that another tenant took is as free as one that nobody took",
  async (procedure, input) => {
    const theirs = await rival.mutate(procedure, input(TAKEN));
    const sameName = await (await newOwner()).mutate(procedure, input(TAKEN));
    const otherName = await (await newOwner()).mutate(procedure, input(FREE));

    expect([theirs.status, sameName.status]).toEqual([200, 200]);
    expect(shapeOf(sameName, TAKEN)).toBe(shapeOf(otherName, FREE));
  },
);

test("an invitation says nothing of whether its address has an account", async () => {
  const { email } = await addMember(rivals);
  const [name = ""] = email.split("@");
  const free = "x".repeat(name.length);

  const known = await acme.mutate("invitations.create", { email, role: "viewer" });
  const unknown = await acme.mutate("invitations.create", { email: `${free}@example.com`, role: "viewer" });

  expect(shapeOf(known, name)).toBe(shapeOf(unknown, free));
});

/** By what is another tenant's, and by what is nobody's: the same form of name, not the same thing. */
const asked: readonly [string, () => Promise<string>, (id: string) => Promise<TestAnswer>][] = [
  [
    "a toggle by its key",
    async () => TAKEN.replace("taken", "kept"),
    (key) => acme.query("toggles.get", { ...PLACE, key }),
  ],
  [
    "a project by its key",
    async () => "of-the-rivals",
    (project) => acme.query("environments.list", { project }),
  ],
  [
    "a member by their id",
    async () => (await addMember(rivals)).userId,
    (userId) => acme.mutate("members.remove", { userId }),
  ],
  [
    "a tenant by its id",
    async () => rivals.caller.person.tenantId,
    (tenantId) => acme.mutate("auth.switchTenant", { tenantId }),
  ],
];

test.each(asked)("%s: what is another tenant's answers as what is nowhere", async (_, theirs, ask) => {
  await rival.mutate("toggles.create", { ...PLACE, key: TAKEN.replace("taken", "kept"), default: true });
  await rival.mutate("projects.create", { key: "of-the-rivals", name: "Theirs" });
  const id = await theirs();
  const nobodys = `${id.slice(0, -4)}0000`;

  const [forTheirs, forNobodys] = [await ask(id), await ask(nobodys)];

  expect(forTheirs.status).toBeGreaterThanOrEqual(400);
  expect(shapeOf(forTheirs, id)).toBe(shapeOf(forNobodys, nobodys));
});

/** Of a tenant that has nothing of its own yet. */
async function newOwner(): Promise<Browser> {
  const browser = openBrowser(api);
  await browser.signIn((await addMember(await api.addTenant(), "owner")).email);
  return browser;
}

/** Everything that comes back but what is made anew each time, and the name that was asked for. */
function shapeOf({ status, text, headers }: TestAnswer, name: string): string {
  const anew =
    /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|#[\w-]{43}|"(salt|hash)":"[^"]*"|"revisions":\{[^}]*\}/g;
  const names = [...headers.keys()].filter((header) => header !== "set-cookie").join();
  const said = [name, name.replaceAll("-", "_")].reduce((all, each) => all.replaceAll(each, "NAME"), text);
  return `${status} ${names} ${said.replace(anew, "ANEW")}`;
}
