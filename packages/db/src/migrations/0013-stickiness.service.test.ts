import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkCatalogue } from "../../test/check-catalogue.ts";
import { migrateTo } from "../../test/migrate-to.ts";
import { migrate } from "../migrate.ts";

const database = await createDatabase({ empty: true });
const client = new pg.Client({ connectionString: database.url });

const OLD = {
  enabled: true,
  rules: [
    { id: "r1", condition: "a", serve: { type: "variant", variant: "on" } },
    {
      id: "r2",
      condition: "b",
      serve: { type: "percentage", variant: "on", buckets: 7, attribute: "accountId" },
    },
    {
      id: "r3",
      condition: "c",
      serve: { type: "percentage", variant: "on", buckets: 8, attribute: "userId" },
    },
  ],
  rollout: { type: "percentage", variant: "on", buckets: 9, attribute: "deviceId" },
};
const PLAIN = { enabled: false, rules: [], rollout: null };

beforeAll(async () => {
  await migrateTo(database.url, "0012-narrower-rights");
  await client.connect();
  await client.query(`
    insert into burgee.tenants select gen_random_uuid(), 'Acme' from generate_series(1, 2);
    insert into burgee.projects select tenant_id, gen_random_uuid(), 'web', 'Web' from burgee.tenants;
    insert into burgee.environments select tenant_id, gen_random_uuid(), project_id, env, env, gen_random_uuid(), 3
      from burgee.projects, unnest(array['production', 'staging']) env;
    insert into burgee.publications (tenant_id, environment_id, epoch, published_revision)
      select tenant_id, environment_id, epoch, 3 from burgee.environments;
    insert into burgee.rulesets select tenant_id, environment_id, epoch, 3, '{}', '{}', '' from burgee.environments
      where key = 'production'`);
  for (const [key, state] of [
    ["old", OLD],
    ["plain", PLAIN],
  ] as const) {
    await client.query(
      `insert into burgee.toggles (tenant_id, toggle_id, project_id, key, kind, variants, default_variant, off_variant, created_by)
       select tenant_id, gen_random_uuid(), project_id, $1, 'boolean', '{}', 'on', 'off', 'system' from burgee.projects`,
      [key],
    );
    await client.query(
      `insert into burgee.settings (tenant_id, environment_id, toggle_id, version, state, salt, updated_by)
       select e.tenant_id, environment_id, toggle_id, 1, $2, '0123456789', 'system'
         from burgee.environments e join burgee.toggles t on t.tenant_id = e.tenant_id and t.key = $1`,
      [key, JSON.stringify(state)],
    );
  }
  await client.query(`
    insert into burgee.setting_versions
      (tenant_id, environment_id, toggle_id, version, revision, state, salt, kind, variants, actor)
    select tenant_id, environment_id, toggle_id, version, 1, state, salt, 'boolean', '{}', 'system' from burgee.settings`);
  await migrate({ url: database.url });
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test.each(["settings", "setting_versions"])(
  "%s of every tenant say stickiness, and nothing else changed",
  async (table) => {
    const { rows } = await client.query(
      `select distinct t.key, state from burgee.${table} s join burgee.toggles t using (tenant_id, toggle_id) order by key`,
    );

    expect(rows).toEqual([
      {
        key: "old",
        state: {
          ...OLD,
          rules: [
            OLD.rules[0],
            {
              ...OLD.rules[1],
              serve: { type: "percentage", variant: "on", buckets: 7, stickiness: "accountId" },
            },
            {
              ...OLD.rules[2],
              serve: { type: "percentage", variant: "on", buckets: 8, stickiness: "userId" },
            },
          ],
          rollout: { type: "percentage", variant: "on", buckets: 9, stickiness: "deviceId" },
        },
      },
      { key: "plain", state: PLAIN },
    ]);
  },
);

test("every environment that was published waits to be compiled anew, and the others do not", async () => {
  const { rows } = await client.query(
    `select e.key, e.revision, o.type from burgee.environments e left join burgee.outbox o
       on o.tenant_id = e.tenant_id and o.environment_id = e.environment_id and o.revision = e.revision order by e.key`,
  );

  expect(rows).toEqual([
    { key: "production", revision: "4", type: "environment.recompiled" },
    { key: "production", revision: "4", type: "environment.recompiled" },
    { key: "staging", revision: "3", type: null },
    { key: "staging", revision: "3", type: null },
  ]);
});

test("row-level security holds again, the owner included", async () => {
  expect(await checkCatalogue(client)).toEqual([]);
});
