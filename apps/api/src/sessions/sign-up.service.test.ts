import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, dataOf, openBrowser, PASSWORD } from "../../test/open-browser.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

let database: TestDatabase;
let closed: TestApi;
let open: TestApi;
let people = 0;

beforeAll(async () => {
  database = await createDatabase();
  closed = await startApi(database);
  open = await startApi(database, { signUpMode: "open", proxyHops: 1 });
});
afterAll(async () => {
  await Promise.all([closed.close(), open.close()]);
  await database.drop();
});

test("the first person of an installation signs up and works, the second one is told to ask for an invitation", async () => {
  const browser = openBrowser(closed);
  const answer = await browser.mutate("auth.signUp", aPerson());

  expect(dataOf(answer)).toEqual({ status: "signed_in", tenantId: expect.any(String) });
  expect(dataOf(await browser.query("auth.session"))).toMatchObject({ role: "owner" });
  const made = await browser.mutate("toggles.create", {
    project: "default",
    environment: "production",
    key: "cart",
    default: false,
  });
  expect(made.status).toBe(200);

  const late = await openBrowser(closed).mutate("auth.signUp", aPerson());
  expect([codeOf(late), late.headers.getSetCookie()]).toEqual(["forbidden", []]);
});

test("where sign-up is open, everybody gets a tenant of their own, and sees no other", async () => {
  const [ada, bob] = [openBrowser(open), openBrowser(open)];
  await ada.mutate("auth.signUp", aPerson());
  await bob.mutate("auth.signUp", aPerson());
  await ada.mutate("projects.create", { key: "shop", name: "Shop" });

  expect(dataOf(await ada.query("projects.list"))).toHaveLength(2);
  expect(dataOf(await bob.query("projects.list"))).toHaveLength(1);
  expect(dataOf(await bob.query("auth.tenants"))).toHaveLength(1);
});

test("who signed up signs in by the same password", async () => {
  const person = aPerson();
  await openBrowser(open).mutate("auth.signUp", person);

  expect((await openBrowser(open).signIn(person.email)).status).toBe(200);
});

test("from one address ten an hour sign up, whatever the sender says of itself", async () => {
  const codes = [];
  for (let round = 0; round < 11; round += 1) {
    const headers = { "x-forwarded-for": `203.0.113.${round}, 198.51.100.9` };
    codes.push(codeOf(await openBrowser(open).mutate("auth.signUp", aPerson(), headers)));
  }

  expect(codes).toEqual([...Array(10).fill(undefined), "too_many_guesses"]);
});

function aPerson() {
  people += 1;
  return { email: `founder-${people}@example.com`, name: "Ada", password: PASSWORD, tenant: "Acme" };
}
