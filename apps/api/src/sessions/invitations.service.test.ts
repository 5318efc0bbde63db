import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { addMember, type Browser, codeOf, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const invited = z.object({ link: z.string().nullable(), mail: z.string() });

let database: TestDatabase;
let api: TestApi;
let tenant: TestTenant;
let admin: Browser;
let email: string;
let people = 0;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
beforeEach(async () => {
  tenant = await api.addTenant();
  admin = openBrowser(api);
  await admin.signIn((await addMember(tenant, "admin")).email);
  email = `invited-${++people}@example.com`;
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("a link of our own address leads a new person into the tenant, with a session", async () => {
  const { link, mail } = invited.parse(dataOf(await create("editor")));
  expect([link, mail]).toEqual([expect.stringContaining(`http://localhost:${api.port}/invitation#`), "off"]);
  const token = tokenIn(link);
  const browser = openBrowser(api);

  expect(dataOf(await browser.mutate("invitations.open", { token }))).toMatchObject({
    email,
    role: "editor",
  });
  const joined = await browser.mutate("invitations.join", { token, name: "Grace", password: PASSWORD });

  expect(dataOf(joined)).toMatchObject({ status: "signed_in", tenantId: tenant.caller.person.tenantId });
  expect(dataOf(await browser.query("auth.session"))).toMatchObject({
    user: { name: "Grace", email },
    role: "editor",
  });
  expect(codeOf(await openBrowser(api).mutate("invitations.open", { token }))).toBe("invitation_not_found");
});

test("who is signed in accepts, and goes on in the tenant that they joined by another session id", async () => {
  const person = await addMember(await api.addTenant());
  email = person.email;
  const token = tokenIn(invited.parse(dataOf(await create())).link);
  const browser = openBrowser(api);
  await browser.signIn(email);
  const before = browser.cookies.get("burgee");

  const accepted = await browser.mutate("invitations.accept", { token });

  expect(dataOf(accepted)).toEqual({ tenantId: tenant.caller.person.tenantId });
  expect(browser.cookies.get("burgee")).not.toBe(before);
  expect(dataOf(await browser.query("auth.session"))).toMatchObject({ role: "viewer" });
});

test("an editor neither invites nor sees who is invited", async () => {
  const editor = openBrowser(api);
  await editor.signIn((await addMember(tenant, "editor")).email);

  expect(codeOf(await editor.mutate("invitations.create", { email, role: "viewer" }))).toBe("forbidden");
  expect(codeOf(await editor.query("invitations.list"))).toBe("forbidden");
});

test("an invitation is listed until it is revoked, and its link is worth nothing then", async () => {
  const token = tokenIn(invited.parse(dataOf(await create())).link);
  const listed = z
    .array(z.object({ id: z.string(), email: z.string() }))
    .parse(dataOf(await admin.query("invitations.list")));
  expect(listed.map((each) => each.email)).toEqual([email]);

  await admin.mutate("invitations.revoke", { id: listed[0]?.id });

  expect(dataOf(await admin.query("invitations.list"))).toEqual([]);
  expect(codeOf(await openBrowser(api).mutate("invitations.open", { token }))).toBe("invitation_not_found");
});

function create(role = "viewer") {
  return admin.mutate("invitations.create", { email, role });
}

function tokenIn(link: string | null): string {
  return link?.split("#")[1] ?? "";
}
