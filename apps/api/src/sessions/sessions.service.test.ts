import { registerUser } from "@burgee/core";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const answered = z.object({ result: z.object({ data: z.record(z.string(), z.unknown()) }) });
const PASSWORD = "correct horse battery";
let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let tenant: TestTenant;
let email: string;
let origin: string;
let people = 0;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  api = await startApi(database);
  origin = `http://localhost:${api.port}`;
  tenant = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await admin.end();
  await database.drop();
});

beforeEach(async () => {
  email = `member-${++people}@example.com`;
  const { db, system, person } = tenant.caller;
  const userId = await registerUser({ system }, { email, name: "Ana", password: PASSWORD });
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "editor"));
});

describe("signing in", () => {
  test("gives a cookie that scripts can't read, and the table a hash of it", async () => {
    const answer = await signIn();

    const setCookie = answer.headers.get("set-cookie") ?? "";
    expect(answer.status).toBe(200);
    expect(setCookie).toMatch(/^burgee=\w{40}; HttpOnly; Max-Age=43200; Path=\/; SameSite=Lax$/);
    const { rows } = await admin.query("select row_to_json(s)::text as row from burgee.sessions s");
    expect(rows.map(({ row }) => row).join()).not.toContain(cookieOf(answer).slice("burgee=".length));
  });

  test("makes the procedures that need a person work", async () => {
    const cookie = cookieOf(await signIn());

    const session = await query("auth.session", cookie);
    const created = await mutate(
      "toggles.create",
      { project: "web", environment: "production", key: `by-session-${people}`, default: false },
      { cookie, origin },
    );

    expect(session.body).toMatchObject({
      result: {
        data: { user: { name: "Ana", email }, tenantId: tenant.caller.person.tenantId, role: "editor" },
      },
    });
    expect(created).toMatchObject({ status: 200, body: { result: { data: { environment: "production" } } } });
  });

  test("works whatever other programs of the same host keep in their cookies", async () => {
    const cookie = cookieOf(await signIn(undefined, { cookie: "ga=100%; burgee_theme=dark" }));

    const { body } = await query("auth.session", `ga=100%; x=%zz; ${cookie}`);

    expect(body).toMatchObject({ result: { data: { user: { email } } } });
  });

  test("is refused in the same words for a wrong password and for an address that nobody has", async () => {
    const wrong = await signIn({ email, password: "wrong" });
    const unknown = await signIn({ email: "nobody@example.com", password: PASSWORD });

    const refused = { code: "unauthenticated", detail: "This address and password don't go together." };
    expect(wrong).toMatchObject({ status: 401, body: { error: { data: { problem: refused } } } });
    expect(unknown).toMatchObject({ status: 401, body: { error: { data: { problem: refused } } } });
    expect(wrong.headers.get("set-cookie")).toBeNull();
  });

  test("replaces the session that the browser had: its cookie is worth nothing any more", async () => {
    const first = cookieOf(await signIn());

    await signIn({ email, password: PASSWORD }, { cookie: first });

    expect((await query("auth.session", first)).body).toMatchObject({ result: { data: null } });
  });
});

describe("a session", () => {
  test.each([
    ["another origin", "https://evil.example"],
    ["our own name on another port", "http://localhost:1"],
    ["the null origin", "null"],
    ["no origin", undefined],
  ])("changes nothing for %s", async (_, foreign) => {
    const cookie = cookieOf(await signIn());
    const key = `foreign-${people}`;
    const input = { project: "web", environment: "production", key, default: false };

    const answer = await mutate("toggles.create", input, { cookie, ...(foreign ? { origin: foreign } : {}) });

    expect(answer).toMatchObject({
      status: 403,
      body: { error: { data: { problem: { code: "forbidden" } } } },
    });
    const { rowCount } = await admin.query("select from burgee.toggles where key = $1", [key]);
    expect(rowCount).toBe(0);
  });

  test("ends when its person signs out, wherever else the cookie is kept", async () => {
    const cookie = cookieOf(await signIn());

    const out = await mutate("auth.signOut", undefined, { cookie, origin });

    expect(out.headers.get("set-cookie")).toMatch(/^burgee=; .*Max-Age=0/);
    expect((await query("auth.session", cookie)).body).toMatchObject({ result: { data: null } });
    expect((await query("projects.list", cookie)).status).toBe(401);
  });

  test.each(["expires_at", "ends_at"])("is over once %s has passed", async (column) => {
    const cookie = cookieOf(await signIn());

    await admin.query(`update burgee.sessions set ${column} = now() - interval '1 second'`);

    expect((await query("auth.session", cookie)).body).toMatchObject({ result: { data: null } });
  });

  test("is used: a new end, and never past its last day", async () => {
    const cookie = cookieOf(await signIn());
    await admin.query(`update burgee.sessions set last_seen_at = now() - interval '1 hour',
      expires_at = now() + interval '1 hour', ends_at = now() + interval '2 hours'`);

    const answer = await query("auth.session", cookie);

    const { rows } = await admin.query(
      "select expires_at = ends_at as at_its_last from burgee.sessions join burgee.users using (user_id) where email = $1",
      [email],
    );
    expect(answer.headers.get("set-cookie")).toMatch(/^burgee=/);
    expect(rows).toEqual([{ at_its_last: true }]);
  });

  test("ends with the membership", async () => {
    const cookie = cookieOf(await signIn());

    await admin.query(
      "delete from burgee.memberships where user_id = (select user_id from burgee.users where email = $1)",
      [email],
    );

    expect((await query("auth.session", cookie)).body).toMatchObject({ result: { data: null } });
  });
});

test("who founds a tenant works in it: switches to it, fills it, and reads it with its own key", async () => {
  const first = cookieOf(await signIn());
  const founded = await mutate("tenants.create", { name: "Second" }, { cookie: first, origin });
  const { tenantId } = dataIn(founded.body);

  const switched = await mutate("auth.switchTenant", { tenantId }, { cookie: first, origin });

  const headers = { cookie: cookieOf(switched), origin };
  const scope = { project: "web", environment: "live" };
  await mutate("projects.create", { key: "web", name: "Web" }, headers);
  await mutate("environments.create", { project: "web", key: "live", name: "Live" }, headers);
  await mutate("toggles.create", { ...scope, key: "cart", default: true }, headers);
  const { key } = dataIn(
    (await mutate("sdkKeys.issue", { ...scope, kind: "srv", name: "Shop" }, headers)).body,
  );
  await api.publish();
  expect((await query("auth.session", first)).body).toMatchObject({ result: { data: null } });
  expect((await query("auth.tenants", headers.cookie)).body).toMatchObject({
    result: {
      data: [
        { name: "Acme", role: "editor" },
        { tenantId, name: "Second", role: "owner" },
      ],
    },
  });
  expect(await api.request("GET", "/v1/toggles/cart", { key: String(key) })).toMatchObject({
    status: 200,
    body: { value: true },
  });
});

test("nobody switches to a tenant of other people, nor by a key", async () => {
  const other = await api.addTenant();
  const { tenantId } = other.caller.person;
  const cookie = cookieOf(await signIn());

  const strange = await mutate("auth.switchTenant", { tenantId }, { cookie, origin });
  const byKey = await mutate(
    "auth.switchTenant",
    { tenantId: tenant.caller.person.tenantId },
    { authorization: `Bearer ${tenant.personalKey}`, origin },
  );

  expect(strange).toMatchObject({
    status: 404,
    body: { error: { data: { problem: { code: "tenant_not_found" } } } },
  });
  expect(byKey.status).toBe(401);
  expect((await query("auth.session", cookie)).body).toMatchObject({ result: { data: { role: "editor" } } });
});

test("over https the cookie is bound to the host", async () => {
  const secure = await startApi(database, { publicUrl: "https://toggles.example.com" });

  const answer = await secure.request("POST", "/trpc/auth.signIn", {
    headers: { origin: "https://toggles.example.com" },
    body: { email, password: PASSWORD },
  });

  expect(answer.headers.get("set-cookie")).toMatch(/^__Host-burgee=\w{40}; HttpOnly; .*Secure$/);
  await secure.close();
});

function signIn(
  input: { email: string; password: string } = { email, password: PASSWORD },
  headers: Readonly<Record<string, string>> = {},
) {
  return mutate("auth.signIn", input, { origin, ...headers });
}

function mutate(procedure: string, body: unknown, headers: Readonly<Record<string, string>>) {
  return api.request("POST", `/trpc/${procedure}`, { headers, body: body ?? {} });
}

function query(procedure: string, cookie: string) {
  return api.request("GET", `/trpc/${procedure}`, { headers: { cookie } });
}

function cookieOf({ headers }: { readonly headers: Headers }): string {
  return headers.get("set-cookie")?.split(";")[0] ?? "";
}

function dataIn(body: unknown): Record<string, unknown> {
  return answered.parse(body).result.data;
}
