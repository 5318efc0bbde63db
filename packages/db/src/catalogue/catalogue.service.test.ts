import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, afterEach, expect, test } from "vitest";
import { checkCatalogue, listGrants } from "../../test/check-catalogue.ts";

const database = await createDatabase();
const client = new pg.Client({ connectionString: database.url });
await client.connect();

afterEach(() => client.query("rollback"));

afterAll(async () => {
  await client.end();
  await database.drop();
});

test("every table and partition keeps tenants apart", async () => {
  expect(await checkCatalogue(client)).toEqual([]);
});

const faults: readonly [fault: string, statement: string, found: readonly string[]][] = [
  [
    "a partition without FORCE",
    "alter table burgee.settings_h03 no force row level security",
    ["settings_h03: row-level security is not forced"],
  ],
  [
    "a partition without row-level security",
    "alter table burgee.audit_entries_default disable row level security",
    ["audit_entries_default: row-level security is off"],
  ],
  [
    "users without row-level security",
    "alter table burgee.users disable row level security",
    ["users: row-level security is off"],
  ],
  [
    "a table without its policy",
    "drop policy tenant_isolation on burgee.projects",
    ["projects: no policy holds reads and writes to the tenant"],
  ],
  [
    "a policy that checks nothing on writes",
    `drop policy tenant_isolation on burgee.projects;
     create policy tenant_isolation on burgee.projects using (tenant_id = burgee.app_tenant()) with check (true)`,
    ["projects: no policy holds reads and writes to the tenant"],
  ],
  [
    "a policy that opens a table to the application",
    "create policy wide on burgee.sdk_keys to burgee_app using (true)",
    ["sdk_keys: policy wide opens it to more than burgee_system"],
  ],
  [
    "a policy without a check on writes",
    `drop policy tenant_isolation on burgee.settings_h07;
     create policy tenant_isolation on burgee.settings_h07 using (tenant_id = burgee.app_tenant())`,
    ["settings_h07: no policy holds reads and writes to the tenant"],
  ],
  [
    "a composite foreign key that somebody dropped",
    "alter table burgee.settings drop constraint settings_tenant_id_environment_id_fkey",
    ["settings: environment_id is held to no row of the tenant's by a foreign key"],
  ],
  [
    "a composite primary key that somebody dropped",
    "alter table burgee.context_attributes drop constraint context_attributes_pkey",
    ["context_attributes: no primary key"],
  ],
  [
    "an audit trail that may be rewritten",
    "grant update on burgee.audit_entries to burgee_app",
    ["audit_entries: UPDATE for burgee_app, of what is only added to"],
  ],
  [
    "a column of the audit trail that may be rewritten",
    "grant update (actor) on burgee.audit_entries to burgee_app",
    ["audit_entries: UPDATE of actor for burgee_app, of what is only added to"],
  ],
  [
    "a grant on a partition",
    "grant select on burgee.setting_versions_h15 to burgee_app",
    ["setting_versions_h15: a partition with grants of its own to burgee_app"],
  ],
  [
    "a grant that passes by row-level security",
    "grant truncate on burgee.toggles to burgee_app",
    ["toggles: TRUNCATE for burgee_app"],
  ],
  [
    "a new table that nobody guarded",
    `create table burgee.parrots (tenant_id uuid, parrot_id uuid, primary key (tenant_id, parrot_id));
     alter table burgee.parrots owner to burgee_owner`,
    [
      "parrots: no policy holds reads and writes to the tenant",
      "parrots: row-level security is not forced",
      "parrots: row-level security is off",
    ],
  ],
  [
    "a new table of no tenant",
    `create table burgee.settings_of_all (id int primary key);
     alter table burgee.settings_of_all owner to burgee_owner`,
    ["settings_of_all: holds neither tenant_id nor a reason why not"],
  ],
  [
    "a unique key over all tenants",
    "alter table burgee.projects add constraint one_key unique (key)",
    ["projects: index burgee.one_key is not led by tenant_id"],
  ],
  [
    "an index over all tenants",
    "create index by_name on burgee.environments (name)",
    ["environments: index burgee.by_name is not led by tenant_id"],
  ],
  [
    "a foreign key that may reach another tenant",
    `create unique index on burgee.environments (environment_id);
     alter table burgee.rulesets add constraint loose foreign key (environment_id) references burgee.environments (environment_id)`,
    [
      "environments: index burgee.environments_environment_id_idx is not led by tenant_id",
      "rulesets: foreign key loose is not led by tenant_id",
    ],
  ],
  [
    "a missing hash partition",
    "alter table burgee.setting_versions detach partition burgee.setting_versions_h00",
    ["setting_versions: has 15 partitions, not 16"],
  ],
  [
    "a table that the application owns",
    "alter table burgee.tenants owner to burgee_app",
    [expect.stringMatching(/^burgee_app: owns pg_class \d+$/), "tenants: is owned by burgee_app"],
  ],
  [
    "a view that reads as its owner",
    "create view burgee.everything as select * from burgee.toggles",
    ["everything: a view that reads as its owner"],
  ],
  [
    "a function that runs as its owner, wherever names lead",
    "create function burgee.f() returns int language sql security definer return 1",
    ["f: runs as its owner without a search_path that ends with pg_temp"],
  ],
  [
    "a function that runs as its owner, and looks for types among its caller's temporary ones",
    "create function burgee.f() returns int language sql security definer set search_path = pg_catalog return 1",
    ["f: runs as its owner without a search_path that ends with pg_temp"],
  ],
  [
    "hashes of passwords that a tenant's request may read",
    "grant select (password_hash) on burgee.users to burgee_app",
    ["users: burgee_app may read what people keep secret"],
  ],
  [
    "second factors that a tenant's request may read",
    "grant select on burgee.second_factors to burgee_app",
    ["second_factors: burgee_app may read what people keep secret"],
  ],
];

test.each(faults)("finds %s", async (_, statement, found) => {
  await client.query("begin");
  await client.query(statement);

  expect(await checkCatalogue(client)).toEqual(found);
});

test("our roles may do what is listed, and no more", async () => {
  await expect(`${(await listGrants(client)).join("\n")}\n`).toMatchFileSnapshot("../../test/grants.txt");
});

test.each([
  [
    "to change a table",
    "grant delete on burgee.toggles to burgee_app",
    "burgee_app toggles: DELETE, INSERT, SELECT, UPDATE",
  ],
  ["to read a column", "grant select (name) on burgee.users to burgee_app", "burgee_app users.name: SELECT"],
  [
    "to call a function",
    "grant execute on function burgee.open_to_system(regclass) to burgee_app",
    "burgee_app open_to_system(): EXECUTE",
  ],
])("a right %s shows in what is listed", async (_, statement, line) => {
  const before = await listGrants(client);
  await client.query("begin");
  await client.query(statement);

  expect((await listGrants(client)).filter((each) => !before.includes(each))).toEqual([line]);
});
