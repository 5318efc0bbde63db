import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { createTRPCClient, httpLink } from "@trpc/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";
import type { AppRouter } from "./app-router.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
const home = { project: "web", environment: "production" };

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
});
beforeEach(async () => {
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const as = (key: string) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${api.baseUrl}/trpc`, headers: { authorization: `Bearer ${key}` } })],
  });

test("an editor lists, rotates and revokes their own keys, and sees no others", async () => {
  const mine = await acme.keyOf("editor");
  const editor = as(mine);

  await expect(editor.sdkKeys.list.query()).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
  const [own, ...others] = await editor.sdkKeys.listOwn.query();
  if (!own) throw new Error("The key in use is not listed.");
  expect(others).toEqual([]);
  const next = await editor.sdkKeys.rotateOwn.mutate({ id: own.id });
  await editor.sdkKeys.revokeOwn.mutate({ id: own.id });

  await expect(editor.sdkKeys.listOwn.query()).rejects.toMatchObject({ data: { code: "UNAUTHORIZED" } });
  expect(await as(next.key).sdkKeys.listOwn.query()).toMatchObject([
    { id: own.id, revokedAt: expect.any(String), replacedBy: next.id },
    { id: next.id, replaces: own.id, revokedAt: null },
  ]);
});

test("an administrator rotates a server's key, and both work", async () => {
  const admin = as(acme.personalKey);
  const server = (await admin.sdkKeys.list.query()).find(({ kind }) => kind === "srv");

  const next = await admin.sdkKeys.rotate.mutate({ id: server?.id ?? "" });

  for (const key of [acme.serverKey, next.key]) {
    expect(await api.request("GET", "/v1/ruleset", { key })).toMatchObject({ status: 200 });
  }
  await expect(admin.sdkKeys.rotate.mutate({ id: server?.id ?? "" })).rejects.toMatchObject({
    data: { code: "CONFLICT", problem: { code: "sdk_key_replaced", details: { replacedBy: next.id } } },
  });
});

describe("a key that is for less than its person may do", () => {
  test("reads, and changes nothing over REST or tRPC", async () => {
    const { key } = await as(acme.personalKey).sdkKeys.issue.mutate({
      ...home,
      kind: "pat",
      name: "Report",
      permissions: "read",
    });

    expect(await api.request("GET", "/v1/toggles", { key })).toMatchObject({ status: 200 });
    expect(
      await api.request("POST", "/v1/toggles", { key, body: { key: "cart", default: true } }),
    ).toMatchObject({ status: 403, body: { details: { limitedBy: "permissions" } } });
    const reader = as(key);
    await expect(reader.projects.list.query()).resolves.toHaveLength(1);
    for (const change of [
      () => reader.projects.create.mutate({ key: "app", name: "App" }),
      () => reader.tenants.create.mutate({ name: "Another" }),
      () => reader.sdkKeys.issue.mutate({ ...home, kind: "srv", name: "Shop" }),
      () => reader.sdkKeys.issue.mutate({ ...home, kind: "pat", name: "More" }),
    ]) {
      await expect(change()).rejects.toMatchObject({ data: { code: "FORBIDDEN" } });
    }
  });

  test("reaches no other environment", async () => {
    const { key } = await as(acme.personalKey).sdkKeys.issue.mutate({
      ...home,
      kind: "pat",
      name: "CI",
      environments: [home],
    });
    const evaluate = (environment: string) =>
      api.request("POST", `/v1/evaluate?project=web&environment=${environment}`, { key, body: {} });

    expect(await evaluate("production")).toMatchObject({ status: 200 });
    expect(await evaluate("staging")).toMatchObject({
      status: 403,
      body: { details: { limitedBy: "environments" } },
    });
  });
});
