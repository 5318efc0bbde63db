import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkCatalogue } from "../../test/check-catalogue.ts";
import { migrateTo } from "../../test/migrate-to.ts";
import { migrate } from "../migrate.ts";

const database = await createDatabase({ empty: true });
const client = new pg.Client({ connectionString: database.url });
const OBJECTS = ["tenant/t-1", "project/web", "toggle/web/cart", "sdk-key/k-1"];
const INSERT = `
  insert into burgee.audit_entries (tenant_id, month, seq, created_at, actor, action, object, previous_hash, hash)
  select tenant_id, date_trunc('month', now() at time zone 'utc'), $1::int, now(), 'system', 'a.b', $2::text, 'p', 'h'
    from burgee.tenants`;

beforeAll(async () => {
  await migrateTo(database.url, "0018-segment-lists");
  await client.connect();
  await client.query("insert into burgee.tenants values (gen_random_uuid(), 'Acme')");
  for (const [index, object] of OBJECTS.entries()) await client.query(INSERT, [index + 1, object]);
  await migrate({ url: database.url });
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test("entries that were there are of the first version, say nothing of where they came from, and are found by their objects", async () => {
  const { rows } = await client.query(
    `select hash_version, address, user_agent, object_kind, project_key, object_key, convert_from(hash, 'utf8') as hash
       from burgee.audit_entries order by seq`,
  );

  const first = { hash_version: 1, address: null, user_agent: null, hash: "h" };
  expect(rows).toEqual([
    { ...first, object_kind: "tenant", project_key: null, object_key: "t-1" },
    { ...first, object_kind: "project", project_key: "web", object_key: "web" },
    { ...first, object_kind: "toggle", project_key: "web", object_key: "cart" },
    { ...first, object_kind: "sdk-key", project_key: null, object_key: "k-1" },
  ]);
});

test("a node of the version before goes on writing entries, of its version", async () => {
  await client.query(INSERT, [9, "toggle/web/menu"]);

  const { rows } = await client.query(
    "select hash_version, object_key from burgee.audit_entries where seq = 9",
  );
  expect(rows).toEqual([{ hash_version: 1, object_key: "menu" }]);
});

test("entries stay final, and tenants apart", async () => {
  await expect(client.query("update burgee.audit_entries set address = null")).rejects.toMatchObject({
    code: "42501",
  });
  expect(await checkCatalogue(client)).toEqual([]);
});
