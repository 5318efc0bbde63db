import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const made = z.object({ id: z.uuid() });
const page = z.object({ items: z.array(made), nextCursor: z.uuid().nullable() });
const at = new Date(Date.now() + 86_400_000).toISOString();

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
  await ask("POST", "/v1/toggles", { body: { key: "cart", default: true } });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("a program plans a change, finds it a page at a time, and takes it back once", async () => {
  const change = { type: "setEnabled", enabled: false };
  const planned = await ask("POST", "/v1/scheduled-changes", { body: { toggle: "cart", at, change } });
  const other = await ask("POST", "/v1/scheduled-changes", { body: { toggle: "cart", at, change } });
  const { id } = made.parse(planned.body);
  const cancelled = await ask("POST", `/v1/scheduled-changes/${id}/cancel`);
  const again = await ask("POST", `/v1/scheduled-changes/${id}/cancel`);
  const first = page.parse((await ask("GET", "/v1/scheduled-changes?toggle=cart&limit=1")).body);
  const rest = await ask("GET", `/v1/scheduled-changes?limit=1&cursor=${first.nextCursor}`);
  const second = page.parse(rest.body);
  const waiting = await ask("GET", "/v1/scheduled-changes?status=waiting");

  expect(planned).toMatchObject({ status: 201, body: { toggle: "cart", at, change, status: "waiting" } });
  expect(cancelled).toMatchObject({ status: 200, body: { id, status: "cancelled" } });
  expect(again).toMatchObject({ status: 409, body: { code: "scheduled_change_ended" } });
  const listed = [...first.items, ...second.items].map((each) => each.id);
  expect(listed.toSorted()).toEqual([id, made.parse(other.body).id].toSorted());
  expect([first.items.length, second.nextCursor]).toEqual([1, null]);
  expect(waiting.body).toMatchObject({ items: [made.parse(other.body)] });
});

test.each([
  ["a moment that is over", { at: "2020-01-01T00:00:00Z" }, "/at"],
  ["a change that nobody knows", { change: { type: "explode" } }, "/change/type"],
])("refuses %s, and says where", async (_, wrong, pointer) => {
  const change = { type: "setEnabled", enabled: true };
  const answer = await ask("POST", "/v1/scheduled-changes", {
    body: { toggle: "cart", at, change, ...wrong },
  });

  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
});

function ask(method: string, path: string, request: object = {}) {
  return api.request(method, path, { key: acme.personalKey, ...request });
}
