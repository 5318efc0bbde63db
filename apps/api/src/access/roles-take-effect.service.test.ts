/** Roles as people change them over tRPC, and how soon that counts for keys and sessions that are in use. */
import { registerUser } from "@burgee/core";
import { createDatabase, eventually } from "@burgee/test-support";
import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from "@trpc/client";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "../trpc/app-router.ts";

const SOON_MS = 5_000;

const database = await createDatabase();
const api = await startApi(database);
const origin = `http://localhost:${api.port}`;
let acme: TestTenant;
let owner: TRPCClient<AppRouter>;
let people = 0;

beforeEach(async () => {
  acme = await api.addTenant();
  owner = clientWith({ authorization: `Bearer ${acme.personalKey}` });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

function clientWith(headers: Readonly<Record<string, string>>): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${origin}/trpc`, headers: { ...headers, origin } })],
  });
}

const isRefused = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (refused: unknown) => refused,
  );
  return error instanceof TRPCClientError && error.data?.code === "FORBIDDEN";
};

describe("a role of the tenant's own", () => {
  test("is made, given, explained and taken, and each of it is in the audit trail", async () => {
    const { userId, key } = await acme.addMember("viewer");
    const ada = clientWith({ authorization: `Bearer ${key}` });
    await owner.roles.create.mutate({
      key: "releaser",
      name: "Releaser",
      permissions: ["toggle.read", "rollout.write"],
    });
    await owner.grants.set.mutate({ userId, project: "web", environment: "staging", role: "releaser" });

    const explained = await ada.access.explain.query({
      permission: "rollout.write",
      project: "web",
      environment: "staging",
    });
    const grants = await owner.grants.list.query({ userId });
    const updated = await owner.roles.update.mutate({
      key: "releaser",
      name: "Releaser",
      permissions: [],
      expectedVersion: 1,
    });
    const inUse = owner.roles.delete.mutate({ key: "releaser", expectedVersion: 2 });

    expect(explained).toMatchObject({
      isAllowed: true,
      bindings: [{ role: "releaser" }, { role: "viewer" }],
    });
    expect(grants.items).toEqual([{ userId, project: "web", environment: "staging", role: "releaser" }]);
    expect(updated.permissions).toEqual([]);
    await expect(inUse).rejects.toMatchObject({
      data: { code: "CONFLICT", problem: { code: "role_in_use" } },
    });
    await owner.grants.remove.mutate({ userId, project: "web", environment: "staging" });
    await owner.roles.delete.mutate({ key: "releaser", expectedVersion: 2 });
    await owner.members.setRole.mutate({ userId, role: "admin" });
    expect((await owner.roles.list.query()).map((role) => role.key)).toEqual([
      "viewer",
      "editor",
      "admin",
      "owner",
    ]);
    const { items } = await owner.audit.list.query({ limit: 6 });
    expect(items.map(({ action }) => action)).toEqual([
      "member.role_changed",
      "role.deleted",
      "grant.removed",
      "role.updated",
      "grant.set",
      "role.created",
    ]);
  });
});

describe("what is taken is over within five seconds", () => {
  const changes: readonly [string, (userId: string) => Promise<unknown>][] = [
    ["the role in the tenant", (userId) => owner.members.setRole.mutate({ userId, role: "viewer" })],
    ["a project", (userId) => owner.grants.set.mutate({ userId, project: "web", role: "viewer" })],
    [
      "the content of a role",
      (userId) =>
        owner.roles.create
          .mutate({ key: "worker", name: "Worker", permissions: ["toggle.write"] })
          .then(() => owner.members.setRole.mutate({ userId, role: "worker" }))
          .then(() =>
            owner.roles.update.mutate({ key: "worker", name: "W", permissions: [], expectedVersion: 1 }),
          ),
    ],
  ];

  test.each(changes)("%s, for keys and for sessions", async (_, take) => {
    const { userId, byKey, bySession } = await signedIn();
    const tryAll = () => Promise.all([byKey, bySession].map((client) => isRefused(createToggle(client))));
    expect(await tryAll()).toEqual([false, false]);

    await take(userId);
    const takenMs = performance.now();

    await eventually(async () => expect(await tryAll()).toEqual([true, true]), { timeoutMs: SOON_MS });
    expect(performance.now() - takenMs).toBeLessThan(SOON_MS);
  });
});

function createToggle(client: TRPCClient<AppRouter>) {
  const key = `t-${crypto.randomUUID()}`;
  return client.toggles.create.mutate({ project: "web", environment: "production", key, default: false });
}

/** An editor with a key and a session in use. */
async function signedIn() {
  const { db, system, person } = acme.caller;
  const account = { email: `editor-${++people}@example.com`, name: "Ada", password: "correct horse battery" };
  const userId = await registerUser({ system }, account);
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, "editor"));
  const { email, password } = account;
  const answer = await api.request("POST", "/trpc/auth.signIn", {
    body: { email, password },
    headers: { origin },
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const bySession = clientWith({ cookie });
  const { key } = await bySession.sdkKeys.issue.mutate({
    kind: "pat",
    name: "Laptop",
    project: "web",
    environment: "production",
  });
  return { userId, bySession, byKey: clientWith({ authorization: `Bearer ${key}` }) };
}
