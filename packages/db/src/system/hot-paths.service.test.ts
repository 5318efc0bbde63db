import { createDatabase } from "@burgee/test-support";
import { afterAll, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { planOf, recorded, type Statement } from "../../test/plan-of.ts";
import { seedTenant } from "../../test/seed-tenant.ts";
import { Database } from "../database.ts";
import { SystemDatabase } from "./system-database.ts";

const database = await createDatabase();
const doors = openDatabases(database);
const tenant = await seedTenant(doors.db, doors.system);
// Enough rows that only the right index will do.
await doors.admin.query(
  `insert into burgee.rollout_plans (tenant_id, rollout_plan_id, environment_id, toggle_id, status, variant, steps, setting_version, created_by)
   select tenant_id, gen_random_uuid(), environment_id, toggle_id, 'completed', 'on', steps, 1, 'system'
     from burgee.rollout_plans, generate_series(1, 5000)`,
);
await doors.admin.query(
  `insert into burgee.setting_versions (tenant_id, environment_id, toggle_id, version, revision, state, salt, kind, variants, actor)
   select tenant_id, environment_id, toggle_id, number, number, state, salt, kind, variants, actor
     from burgee.setting_versions, generate_series(2, 5000) number`,
);
await doors.admin.query("analyze burgee.rollout_plans, burgee.setting_versions");

afterAll(async () => {
  await doors.close();
  await database.drop();
});

const system = (work: (system: SystemDatabase) => Promise<unknown>) =>
  recorded(database.systemUrl, (kysely) => work(new SystemDatabase(kysely)));
const app = (work: (db: Database) => Promise<unknown>) =>
  recorded(database.appUrl, (kysely) => work(new Database(kysely)));

test.each<[string, () => Promise<readonly Statement[]>, readonly string[]]>([
  [
    "the publisher's poll",
    () => system((doors) => doors.listUnpublished(50)),
    ["outbox_waiting", "publications_unannounced"],
  ],
  [
    "what is new in an environment",
    () => system((doors) => doors.publish((publications) => publications.listChanges(tenant, 50))),
    ["outbox_waiting"],
  ],
  [
    "a key's check",
    () => system((doors) => doors.credentials.findKey(Buffer.alloc(32))),
    ["sdk_keys_by_hash"],
  ],
  ["the heads of many environments", () => system((doors) => doors.listHeads([tenant])), ["rulesets_pkey"]],
  ["the sweep of rollouts", () => system((doors) => doors.claimDueRollouts(50, 0)), ["rollout_plans_due"]],
  [
    "the sweep of scheduled changes",
    () => system((doors) => doors.listDueChanges(50)),
    ["scheduled_changes_due"],
  ],
  [
    "a ruleset",
    () => app((db) => db.read(tenant.tenantId, ({ rulesets }) => rulesets.find(tenant.environmentId))),
    ["rulesets_pkey"],
  ],
  [
    "what some revisions changed",
    () =>
      app((db) =>
        db.read(tenant.tenantId, ({ settings }) =>
          settings.listChanged(tenant.environmentId, { from: 1, to: 2 }),
        ),
      ),
    ["setting_versions_tenant_id_environment_id_revision_idx"],
  ],
])("%s reads indexes, not tables", async (_, work, indexes) => {
  const statement = (await work()).findLast(({ sql }) => /^\s*(select|with)/i.test(sql));

  const plan = await planOf(statement, "set enable_seqscan = off");

  for (const index of indexes)
    expect(await partsOf(index)).toSatisfy((parts: string[]) => parts.some((part) => plan.indexes.has(part)));
  expect(plan.scannedTables).toEqual([]);
});

/** The index itself, and those of its partitions. */
async function partsOf(index: string): Promise<string[]> {
  const { rows } = await doors.admin.query(
    `select c.relname from pg_class c
       left join pg_inherits on inhrelid = c.oid left join pg_class parent on parent.oid = inhparent
      where $1 in (c.relname, parent.relname)`,
    [index],
  );
  return rows.map(({ relname }) => relname);
}
