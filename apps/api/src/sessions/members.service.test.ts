import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addMember, type Browser, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const SOON_MS = 5_000;

let database: TestDatabase;
let api: TestApi;
let tenant: TestTenant;
let owner: Browser;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
beforeEach(async () => {
  tenant = await api.addTenant();
  owner = openBrowser(api);
  await owner.signIn((await addMember(tenant, "owner")).email);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("who is removed is out within five seconds, by session and by key", async () => {
  const { browser, userId, key } = await aMember();
  expect(await statuses(browser, key)).toEqual([200, 200]);

  expect((await owner.mutate("members.remove", { userId })).status).toBe(200);
  const removedMs = performance.now();

  await eventually(async () => expect(await statuses(browser, key)).toEqual([401, 401]), {
    timeoutMs: SOON_MS,
  });
  expect(performance.now() - removedMs).toBeLessThan(SOON_MS);
  expect(dataOf(await owner.query("members.list", {}))).toMatchObject({
    items: expect.not.arrayContaining([expect.objectContaining({ userId })]),
  });
});

test("who leaves has no session any more, and their browser no cookie", async () => {
  const { browser, key } = await aMember();

  expect((await browser.mutate("members.leave")).status).toBe(200);

  expect(browser.cookies.has("burgee")).toBe(false);
  await eventually(async () => expect(await statuses(browser, key)).toEqual([401, 401]), {
    timeoutMs: SOON_MS,
  });
});

test("a key, which is no person, leaves for nobody", async () => {
  const { browser, key } = await aMember();

  const answer = await api.request("POST", "/trpc/members.leave", {
    key,
    headers: { origin: `http://localhost:${api.port}` },
    body: {},
  });

  expect([answer.status, codeOf(answer)]).toEqual([401, "unauthenticated"]);
  expect(await statuses(browser, key)).toEqual([200, 200]);
});

test("the last owner is told to make somebody else one first", async () => {
  const lonely = await api.addTenant();
  const { userId } = lonely.caller.person;

  const answer = await api.request("POST", "/trpc/members.remove", {
    key: lonely.personalKey,
    body: { userId },
  });

  expect([answer.status, codeOf(answer)]).toEqual([409, "last_owner"]);
});

async function aMember() {
  const { email, userId } = await addMember(tenant, "editor");
  const browser = openBrowser(api);
  await browser.signIn(email);
  const issued = dataOf(
    await browser.mutate("sdkKeys.issue", {
      project: "web",
      environment: "production",
      kind: "pat",
      name: "Laptop",
    }),
  );
  return { browser, userId, key: String(Reflect.get(Object(issued), "key")) };
}

async function statuses(browser: Browser, key: string): Promise<readonly number[]> {
  const bySession = await browser.query("projects.list");
  const byKey = await api.request("GET", "/v1/toggles", { key });
  return [bySession.status, byKey.status];
}
