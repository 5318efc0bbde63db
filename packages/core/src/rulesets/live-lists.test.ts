import { type EnvironmentId, newId, type TenantId } from "@burgee/db";
import { packIds } from "@burgee/engine/lists";
import { expect, test } from "vitest";
import { LiveLists, type LiveListsOptions } from "./live-lists.ts";

const scope = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>() };
const sibling = { ...scope, environmentId: newId<EnvironmentId>() };
const stranger = { tenantId: newId<TenantId>(), environmentId: newId<EnvironmentId>() };
const { bytes } = packIds(["ada", "bo"]);

test("loads a list once, however many ask", async () => {
  const { lists, loads } = listsOf(() => bytes);

  const found = await Promise.all([lists.get(scope, "a"), lists.get(scope, "a")]);
  await lists.get(scope, "a");

  expect(found.map((live) => live?.list.has("bo"))).toEqual([true, true]);
  expect(loads).toEqual(["a"]);
});

test("asks for each environment whether it has the list, and holds it once for a tenant", async () => {
  const { lists, loads } = listsOf((tenantId) => (tenantId === scope.tenantId ? bytes : undefined));

  const first = await lists.get(scope, "a");

  expect(await lists.get(sibling, "a")).toBe(first);
  expect(await lists.get(stranger, "a")).toBeUndefined();
  expect(loads).toEqual(["a", "a", "a"]);
});

test("forgets the list that was used longest ago, once they are more than it keeps", async () => {
  const { lists, loads } = listsOf(() => Uint8Array.from(bytes), { keptBytes: 2 * bytes.length });

  for (const hash of ["a", "b", "a", "c"]) await lists.get(scope, hash);
  for (const hash of ["a", "c"]) await lists.get(scope, hash);

  expect(loads).toEqual(["a", "b", "c"]);
});

test("asks again after a load that failed, and after bytes that are no list", async () => {
  let answer: () => Uint8Array = () => {
    throw new Error("The database is down.");
  };
  const { lists } = listsOf(() => answer());

  await expect(lists.get(scope, "a")).rejects.toThrow("down");
  answer = () => Uint8Array.of(1);
  await expect(lists.get(scope, "a")).rejects.toThrow("The list a can't be read");
  answer = () => bytes;
  expect((await lists.get(scope, "a"))?.list.count).toBe(2);
});

test("does not ask again for some seconds for what was not there, unless a ruleset names it", async () => {
  let [there, nowMs] = [false, 0];
  const { lists, loads } = listsOf(() => (there ? bytes : undefined), { nowMs: () => nowMs });
  await lists.find(scope, "a");
  await lists.find(scope, "b");

  there = true;
  nowMs = 4_999;
  expect(await lists.find(scope, "a")).toBeUndefined();
  expect(loads).toEqual(["a", "b"]);
  expect(await lists.get(scope, "a")).toBeDefined();
  expect(await lists.find(scope, "a")).toBeDefined();
  nowMs = 5_000;
  expect(await lists.find(scope, "b")).toBeDefined();
});

test("loads a tenant's list however many another tenant waits for, which are not more than it may", async () => {
  const begun: TenantId[] = [];
  const held = Promise.withResolvers<Uint8Array>();
  const lists = new LiveLists({
    load: ({ tenantId }) => {
      begun.push(tenantId);
      return tenantId === stranger.tenantId ? held.promise : Promise.resolve(bytes);
    },
  });

  const flood = Array.from({ length: 1_001 }, async (_, at) => lists.find(stranger, `${at}`));
  await expect(lists.find(stranger, "one more")).rejects.toMatchObject({ code: "unavailable" });
  const found = await lists.get(scope, "a");

  expect(found?.list.count).toBe(2);
  expect(begun).toEqual([stranger.tenantId, scope.tenantId]);
  held.resolve(bytes);
  expect(await Promise.all(flood)).toHaveLength(1_001);
});

function listsOf(
  answer: (tenantId: TenantId) => Uint8Array | undefined,
  options: Pick<LiveListsOptions, "keptBytes" | "nowMs"> = {},
) {
  const loads: string[] = [];
  const lists = new LiveLists({
    keptBytes: 1_000,
    ...options,
    load: async ({ tenantId }, hash) => {
      loads.push(hash);
      return answer(tenantId);
    },
  });
  return { lists, loads };
}
