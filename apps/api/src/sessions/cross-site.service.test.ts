import { createDatabase, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpDatabase } from "../../test/dump-database.ts";
import { listProcedures } from "../../test/list-procedures.ts";
import { addMember, codeOf, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const PUBLIC_URL = "https://toggles.example.com";
const OURS = "A session's changes come from our own pages only";
const procedures = listProcedures();
const mutations = procedures.filter(({ type }) => type === "mutation").map(({ name }) => name);
const queries = procedures.filter(({ type }) => type === "query").map(({ name }) => name);

/** What a page of somebody else's can make a browser send, and what it can't but a proxy may. */
const foreign: readonly [string, Record<string, string>][] = [
  ["no origin", {}],
  ["the null origin", { origin: "null" }],
  ["an empty origin", { origin: "" }],
  ["another site", { origin: "https://evil.example" }],
  ["a sibling", { origin: "https://blog.example.com" }],
  ["a subdomain", { origin: "https://evil.toggles.example.com" }],
  ["the domain above", { origin: "https://example.com" }],
  ["our name over http", { origin: "http://toggles.example.com" }],
  ["our name on another port", { origin: "https://toggles.example.com:8443" }],
  ["our name as somebody's subdomain", { origin: "https://toggles.example.com.evil.example" }],
  ["our name as a user's", { origin: "https://toggles.example.com@evil.example" }],
  ["our name with a path", { origin: "https://toggles.example.com/" }],
  ["our name twice", { origin: "https://toggles.example.com, https://toggles.example.com" }],
  ["a page of ours as referrer only", { referer: "https://toggles.example.com/" }],
  ["this machine", { origin: "http://localhost:4000" }],
];

let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let tenant: TestTenant;
let cookie: string;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  api = await startApi(database, { publicUrl: PUBLIC_URL });
  tenant = await api.addTenant();
  const browser = openBrowser(api, { origin: PUBLIC_URL });
  await browser.signIn((await addMember(tenant, "owner")).email);
  cookie = `__Host-burgee=${browser.cookies.get("__Host-burgee")}`;
});
afterAll(async () => {
  await Promise.all([api.close(), admin.end()]);
  await database.drop();
});

test("there are changes and queries to try", () => {
  expect(mutations.length).toBeGreaterThan(25);
  expect(queries.length).toBeGreaterThan(15);
});

describe.each(foreign)("from %s", (_, headers) => {
  test("no procedure changes anything by a cookie", async () => {
    const before = await dumpDatabase(admin);

    const answers = await Promise.all(
      mutations.map(async (name) => [name, await post(name, { cookie, ...headers })] as const),
    );

    for (const [name, answer] of answers) {
      expect([name, answer.status, codeOf(answer)]).toEqual([name, 403, "forbidden"]);
      expect(answer.text).toContain(OURS);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(await dumpDatabase(admin)).toBe(before);
  });

  test("nobody signs in, out or on, without a session as with one", async () => {
    const before = await dumpDatabase(admin);

    for (const name of ["auth.signIn", "auth.signUp", "auth.answerSecondFactor", "auth.signOut"]) {
      const input = {
        email: "ada@example.com",
        name: "Ada",
        tenant: "Acme",
        password: "wrong",
        code: "123456",
      };
      expect([name, codeOf(await post(name, headers, input))]).toEqual([name, "forbidden"]);
    }
    expect(await dumpDatabase(admin)).toBe(before);
  });
});

test("from our own pages every procedure gets further", async () => {
  const disguised = mutations.filter((name) => name !== "auth.signOut" && name !== "sessions.revokeOthers");

  for (const name of disguised) {
    const answer = await post(name, { cookie, origin: PUBLIC_URL }, { unknown: true });
    expect([name, answer.text.includes(OURS)]).toEqual([name, false]);
  }
});

test.each([
  ["as text", "text/plain"],
  ["as a form", "application/x-www-form-urlencoded"],
  ["as a form of parts", "multipart/form-data; boundary=x"],
  ["as nothing", ""],
])(
  "a form of somebody else's page, %s, reaches no procedure even with our origin",
  async (_, contentType) => {
    for (const name of mutations) {
      const headers = { cookie, origin: PUBLIC_URL, "content-type": contentType };
      const answer = await api.request("POST", `/trpc/${name}`, { headers, body: "{}" });
      expect([name, answer.status]).toEqual([name, 415]);
    }
  },
);

test.each([
  ["GET", 405],
  ["HEAD", 204],
  ["PUT", 405],
  ["PATCH", 405],
  ["DELETE", 405],
])("nothing is changed by %s", async (method, status) => {
  const before = await dumpDatabase(admin);

  for (const name of mutations) {
    const answer = await api.request(method, `/trpc/${name}?input=%7B%7D`, { headers: { cookie } });
    expect([name, answer.status]).toEqual([name, status]);
  }
  expect(await dumpDatabase(admin)).toBe(before);
});

test("no query is asked by POST, nor a change hidden among queries", async () => {
  for (const name of queries) {
    const answer = await post(name, { cookie, origin: PUBLIC_URL });
    expect([name, answer.status]).toEqual([name, 405]);
  }
  const hidden = await api.request("GET", "/trpc/projects.list,auth.signOut?batch=1&input=%7B%7D", {
    headers: { cookie },
  });
  expect(hidden.headers.getSetCookie()).toEqual([]);
});

function post(name: string, headers: Record<string, string>, body: unknown = {}) {
  return api.request("POST", `/trpc/${name}`, { headers, body });
}
