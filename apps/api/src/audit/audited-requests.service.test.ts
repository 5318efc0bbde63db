import { registerUser, resetPassword } from "@burgee/core";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestRequest, type TestTenant } from "../../test/start-api.ts";

const PASSWORD = "canary horse battery";
let database: TestDatabase;
let admin: pg.Client;
let api: TestApi;
let acme: TestTenant;
let toggles = 0;

beforeAll(async () => {
  database = await createDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
  api = await startApi(database);
});
afterAll(async () => {
  await api.close();
  await admin.end();
  await database.drop();
});
beforeEach(async () => {
  acme = await api.addTenant();
});

describe("where a request came from", () => {
  test("stands in the entry of what it changed, over REST and over tRPC", async () => {
    const headers = { "user-agent": "shop/1.2", "x-forwarded-for": "203.0.113.9" };
    await createByRest(acme.personalKey, headers);
    await createByTrpc(acme.personalKey, headers);

    const from = { action: "toggle.created", address: "127.0.0.1", userAgent: "shop/1.2" };
    expect(await newest(2)).toMatchObject([from, from]);
  });

  test.each([
    [1, "203.0.113.9"],
    [2, "198.51.100.4"],
    [3, "192.0.2.1"],
    [9, "192.0.2.1"],
  ])("is what the farthest of %i trusted proxies saw", async (proxyHops, address) => {
    const behind = await startApi(database, { proxyHops });
    onTestFinished(() => behind.close());

    await behind.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      headers: { "x-forwarded-for": "192.0.2.1, 198.51.100.4, 203.0.113.9" },
      body: { key: `cart-${++toggles}`, default: false },
    });

    expect(await newest(1)).toMatchObject([{ action: "toggle.created", address }]);
  });

  test("is left out where a proxy wrote something that is no address", async () => {
    const behind = await startApi(database, { proxyHops: 1 });
    onTestFinished(() => behind.close());

    await behind.request("POST", "/v1/toggles", {
      key: acme.personalKey,
      headers: { "x-forwarded-for": "' or 1=1" },
      body: { key: `cart-${++toggles}`, default: false },
    });

    expect(await newest(1)).toMatchObject([{ action: "toggle.created", address: null }]);
  });
});

describe("a refused permission", () => {
  test("is noted over REST and over tRPC, with where it came from", async () => {
    const viewer = await acme.keyOf("viewer");

    const rest = await createByRest(viewer, { "user-agent": "shop/1.2" });
    const trpc = await createByTrpc(viewer, { "user-agent": "shop/1.2" });

    const noted = { action: "permission.refused", object: "permission/toggle.write", userAgent: "shop/1.2" };
    expect([rest.status, trpc.status]).toEqual([403, 403]);
    expect(await newest(2)).toMatchObject([noted, noted]);
  });

  test("stays one where it can't be noted, and the log says so", async () => {
    const viewer = await acme.keyOf("viewer");
    await withoutAudit();

    const rest = await createByRest(viewer);
    const trpc = await createByTrpc(viewer);

    expect([rest.status, trpc.status]).toEqual([403, 403]);
    expect(api.logged.join("\n")).toContain("permission denied for table audit_entries");
  });
});

describe("signing in", () => {
  test("begins no session while the audit trail can't tell of it", async () => {
    const email = await member();
    await withoutAudit();

    const answer = await signIn(email, PASSWORD);

    expect(answer.status).toBe(500);
    expect(answer.headers.get("set-cookie")).toBeNull();
    const { rowCount } = await admin.query(
      "select from burgee.sessions join burgee.users using (user_id) where email = $1",
      [email],
    );
    expect(rowCount).toBe(0);
  });

  test("stands in the audit trail with where it came from, succeeded or failed", async () => {
    const email = await member();

    await signIn(email, "wrong", { "user-agent": "Firefox" });
    await eventually(async () => expect((await newest(1))[0]).toMatchObject({ action: "sign_in.failed" }));
    await signIn(email, PASSWORD, { "user-agent": "Firefox" });

    const from = { address: "127.0.0.1", userAgent: "Firefox" };
    expect(await newest(2)).toMatchObject([
      { action: "sign_in.succeeded", ...from },
      { action: "sign_in.failed", ...from },
    ]);
  });
});

describe("secrets and people's names", () => {
  test("never stand in the audit trail, whatever is done with them", async () => {
    const { db, system, person } = acme.caller;
    const email = `canary-${++toggles}@example.com`;
    const second = "second canary battery";
    const userId = await registerUser(
      { system },
      { email, name: "Canary Lovelace", password: "first canary battery" },
    );
    await resetPassword({ system }, { userId, password: second });
    await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "owner"));

    await signIn(email, "wrong canary battery");
    const cookie = cookieOf(await signIn(email, second));
    const switched = await trpc("auth.switchTenant", { tenantId: person.tenantId }, { cookie });
    const session = cookieOf(switched);
    const scope = { project: "web", environment: "production" };
    const keys: string[] = [];
    for (const kind of ["srv", "pat"]) {
      const issued = await trpc("sdkKeys.issue", { ...scope, kind, name: kind }, { cookie: session });
      const { id, key } = z
        .object({ result: z.object({ data: z.object({ id: z.string(), key: z.string() }) }) })
        .parse(issued.body).result.data;
      keys.push(key);
      await createByRest(key, { "user-agent": `shop ${key}`, "x-request-id": key });
      await createByTrpc(key, { "x-request-id": key });
      await trpc("sdkKeys.revoke", { id }, { cookie: session });
    }
    const viewer = await acme.keyOf("viewer");
    await createByRest(viewer, { "x-request-id": viewer });
    await trpc("auth.signOut", {}, { cookie: session });
    await eventually(async () => expect(await actions()).toContain("sign_in.failed"));

    const { rows } = await admin.query<{ entry: string }>(
      "select e::text as entry from burgee.audit_entries e",
    );
    const trail = rows.map(({ entry }) => entry).join("\n");
    const done = [
      "sign_in.succeeded",
      "tenant.entered",
      "sdk_key.issued",
      "sdk_key.revoked",
      "permission.refused",
    ];
    expect(await actions()).toEqual(expect.arrayContaining(done));
    const sessions = [cookie, session].map((each) => each.split("=")[1] ?? "");
    expect(sessions.every((id) => id.length === 40)).toBe(true);
    const canaries = [...keys, viewer, ...sessions, "canary battery", email, "Canary Lovelace"];
    expect(canaries.filter((canary) => trail.includes(canary))).toEqual([]);
  });
});

async function member(): Promise<string> {
  const email = `member-${++toggles}@example.com`;
  const { db, system, person } = acme.caller;
  const userId = await registerUser({ system }, { email, name: "Ana", password: PASSWORD });
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "editor"));
  return email;
}

async function withoutAudit(): Promise<void> {
  await admin.query("revoke insert on burgee.audit_entries from burgee_app");
  onTestFinished(async () => {
    await admin.query("grant insert on burgee.audit_entries to burgee_app");
  });
}

function createByRest(key: string, headers: TestRequest["headers"] = {}) {
  return api.request("POST", "/v1/toggles", {
    key,
    headers,
    body: { key: `cart-${++toggles}`, default: false },
  });
}

function createByTrpc(key: string, headers: TestRequest["headers"] = {}) {
  const body = { key: `cart-${++toggles}`, default: false };
  return api.request("POST", "/trpc/toggles.create", { key, headers, body });
}

function signIn(email: string, password: string, headers: TestRequest["headers"] = {}) {
  return trpc("auth.signIn", { email, password }, headers);
}

function trpc(procedure: string, body: object, headers: TestRequest["headers"]) {
  const origin = `http://localhost:${api.port}`;
  return api.request("POST", `/trpc/${procedure}`, { headers: { origin, ...headers }, body });
}

function cookieOf({ headers }: { readonly headers: Headers }): string {
  return headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function newest(limit: number) {
  const { db, person } = acme.caller;
  return db.read(person.tenantId, ({ audit }) => audit.list({ before: undefined, limit }));
}

async function actions(): Promise<readonly string[]> {
  return (await newest(100)).map(({ action }) => action);
}
