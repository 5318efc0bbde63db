import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkCatalogue } from "../../test/check-catalogue.ts";
import { migrateTo } from "../../test/migrate-to.ts";
import { migrate } from "../migrate.ts";

const database = await createDatabase({ empty: true });
const client = new pg.Client({ connectionString: database.url });
const USER = "0f0e0d0c-0b0a-4908-8706-050403020100";
const PROJECTS: readonly (readonly [object: string, project: string | null])[] = [
  ["tenant/t-1", null],
  ["project/web", "web"],
  ["toggle/web/cart", "web"],
  ["sdk-key/k-1", null],
  [`grant/${USER}/web`, "web"],
  [`grant/${USER}/shop/production`, "shop"],
];
/** In this month's partition, and in the next one's. */
const INSERT = `
  insert into burgee.audit_entries (tenant_id, month, seq, created_at, actor, action, object, previous_hash, hash)
  select tenant_id, date_trunc('month', at at time zone 'utc'), $1::int, at, 'system', 'a.b', $2::text, 'p', 'h'
    from burgee.tenants, lateral (select now() + make_interval(months => $1::int % 2) as at) as time`;

beforeAll(async () => {
  await migrateTo(database.url, "0031-usage");
  await client.connect();
  await client.query("insert into burgee.tenants values (gen_random_uuid(), 'Acme')");
  for (const [index, [object]] of PROJECTS.entries()) await client.query(INSERT, [index + 1, object]);
  await migrate({ url: database.url });
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const found = async () => {
  const { rows } = await client.query<{ object: string; project_key: string | null }>(
    "select object, project_key from burgee.audit_entries order by seq",
  );
  return rows.map(({ object, project_key }) => [object, project_key]);
};

test("entries that were there are of the project that they name, and so are those to come", async () => {
  expect(await found()).toEqual(PROJECTS);

  await client.query(INSERT, [PROJECTS.length + 1, `grant/${USER}/docs/staging`]);

  expect(await found()).toEqual([...PROJECTS, [`grant/${USER}/docs/staging`, "docs"]]);
});

test("each partition has an index by project again, entries stay final, and tenants apart", async () => {
  const { rows } = await client.query<{ partition: string; indexes: number }>(
    `select inhrelid::regclass::text as partition,
            (select count(*)::int from pg_index where indrelid = inhrelid and pg_get_indexdef(indexrelid) like '%(tenant_id, project_key, seq)%') as indexes
       from pg_inherits where inhparent = 'burgee.audit_entries'::regclass`,
  );

  expect(rows.length).toBeGreaterThan(1);
  expect(rows.filter(({ indexes }) => indexes !== 1)).toEqual([]);
  await expect(client.query("update burgee.audit_entries set address = null")).rejects.toMatchObject({
    code: "42501",
  });
  expect(await checkCatalogue(client)).toEqual([]);
});
