/** Roles as people change them over tRPC, and how soon that counts for keys and sessions that are in use. */
import { createDatabase, eventually } from "@burgee/test-support";
import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from "@trpc/client";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { addMember, codeOf, dataOf, openBrowser } from "../../test/open-browser.ts";
import { startApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "../trpc/app-router.ts";

const SOON_MS = 5_000;

const database = await createDatabase();
const api = await startApi(database);
let acme: TestTenant;
let owner: TRPCClient<AppRouter>;

beforeEach(async () => {
  acme = await api.addTenant();
  owner = clientWith(acme.personalKey);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

function clientWith(key: string): TRPCClient<AppRouter> {
  const headers = { authorization: `Bearer ${key}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.baseUrl}/trpc`, headers })] });
}

describe("a role of the tenant's own", () => {
  test("is made, given, explained and taken, and each of it is in the audit trail", async () => {
    const { userId, key } = await acme.addMember("viewer");
    const ada = clientWith(key);
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
    const { userId, isAllowedByKey, isAllowedBySession } = await signedIn();
    const tryAll = () => Promise.all([isAllowedByKey(), isAllowedBySession()]);
    expect(await tryAll()).toEqual([true, true]);

    await take(userId);
    const takenMs = performance.now();

    await eventually(async () => expect(await tryAll()).toEqual([false, false]), { timeoutMs: SOON_MS });
    expect(performance.now() - takenMs).toBeLessThan(SOON_MS);
  });
});

/** An editor with a key and a session in use. */
async function signedIn() {
  const { email, userId } = await addMember(acme, "editor");
  const browser = openBrowser(api);
  await browser.signIn(email);
  const place = { project: "web", environment: "production" };
  const issued = await browser.mutate("sdkKeys.issue", { kind: "pat", name: "Laptop", ...place });
  const { key } = z.object({ key: z.string() }).parse(dataOf(issued));
  const newToggle = () => ({ ...place, key: `t-${crypto.randomUUID()}`, default: false });
  const byKey = clientWith(key);
  return {
    userId,
    isAllowedByKey: () => byKey.toggles.create.mutate(newToggle()).then(() => true, isNotForbidden),
    isAllowedBySession: async () =>
      codeOf(await browser.mutate("toggles.create", newToggle())) !== "forbidden",
  };
}

function isNotForbidden(error: unknown): boolean {
  return !(error instanceof TRPCClientError && error.data?.code === "FORBIDDEN");
}
