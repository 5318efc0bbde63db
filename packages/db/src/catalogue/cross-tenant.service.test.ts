import { randomBytes } from "node:crypto";
import { createDatabase } from "@burgee/test-support";
import { afterAll, describe, expect, test } from "vitest";
import { inTenant, openDatabases } from "../../test/open-databases.ts";
import { seedTenant } from "../../test/seed-tenant.ts";

const INSUFFICIENT_PRIVILEGE = "42501";
const EVERYBODY = { actor: "system", ownKinds: [], kinds: ["verify-audit"] } as const;

const database = await createDatabase();
const { db, system, app, admin, close } = openDatabases(database);
const ours = await seedTenant(db, system);
const theirs = await seedTenant(db, system);
for (const { tenantId } of [ours, theirs]) {
  await db.transactAlone(tenantId, ({ deletions }) =>
    deletions.request({ receiptHash: randomBytes(32), delayMs: 3_600_000 }),
  );
}
const tables = await tablesOfTenants("not relispartition");
const partitions = await tablesOfTenants("relispartition");

afterAll(async () => {
  await close();
  await database.drop();
});

test("the tables under test are all there are", () => {
  expect(tables.length).toBeGreaterThanOrEqual(15);
  expect(partitions.length).toBeGreaterThanOrEqual(32 + 2 * 5);
});

describe.each(tables)("in %s", (table) => {
  test("both tenants have a row", async () => {
    const sql = `select tenant_id from burgee.${table} where tenant_id in ($1, $2) group by tenant_id`;
    const { rowCount } = await admin.query(sql, [ours.tenantId, theirs.tenantId]);

    expect(rowCount).toBe(2);
  });

  test("a tenant reads its own rows or none, and no other's", async () => {
    const read = inTenant(app, ours.tenantId, (client) =>
      client.query(`select distinct tenant_id from burgee.${table}`),
    );

    const own = { rows: [{ tenant_id: ours.tenantId }] };
    expect(await read.catch(refusal)).toEqual(
      isOpen(table) ? expect.objectContaining(own) : INSUFFICIENT_PRIVILEGE,
    );
  });

  test.each([
    ["update", `update burgee.${table} set tenant_id = tenant_id where tenant_id = $1`],
    ["delete", `delete from burgee.${table} where tenant_id = $1`],
  ])("a tenant can't %s another's rows", async (_, statement) => {
    const touched = inTenant(app, ours.tenantId, (client) => client.query(statement, [theirs.tenantId]));

    expect(await touched.catch(refusal)).toSatisfy(
      (answer) => answer === INSUFFICIENT_PRIVILEGE || answer.rowCount === 0,
    );
  });

  test("a tenant can't give a row of its own to another", async () => {
    const statement = `update burgee.${table} set tenant_id = $2 where tenant_id = $1`;
    const given = inTenant(app, ours.tenantId, (client) =>
      client.query(statement, [ours.tenantId, theirs.tenantId]),
    );

    await expect(given).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  test("a tenant can't add a row with another's id", async () => {
    const { rows } = await admin.query(
      `select to_jsonb(t) as row from burgee.${table} t where tenant_id = $1 limit 1`,
      [theirs.tenantId],
    );
    const columns = await writtenColumns(table);
    const statement = `insert into burgee.${table} (${columns})
      select ${columns} from jsonb_populate_record(null::burgee.${table}, $1)`;
    const added = inTenant(app, ours.tenantId, (client) => client.query(statement, [rows[0].row]));

    await expect(added).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  test("nobody is seen where no tenant was entered", async () => {
    const read = app.query(`select * from burgee.${table}`);

    const nothing = expect.objectContaining({ rows: [] });
    expect(await read.catch(refusal)).toEqual(isOpen(table) ? nothing : INSUFFICIENT_PRIVILEGE);
  });
});

test("no tenant reads accounts, of its own members neither", async () => {
  const read = inTenant(app, ours.tenantId, (client) =>
    client.query("select password_hash from burgee.users"),
  );

  await expect(read).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
});

test.each(partitions)("%s can't be read past its parent", async (partition) => {
  const read = inTenant(app, ours.tenantId, (client) => client.query(`select 1 from burgee.${partition}`));

  await expect(read).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
});

describe("the repositories", () => {
  test("find nothing of another tenant by its ids", async () => {
    const found = await db.read(ours.tenantId, async (readers) => [
      await readers.projects.find(theirs.projectId),
      await readers.environments.find(theirs.environmentId),
      await readers.toggles.find(theirs.toggleId),
      await readers.settings.find(theirs.environmentId, theirs.toggleId),
      await readers.rulesets.find(theirs.environmentId),
      await readers.segments.findByKey(theirs.projectId, "beta"),
      await readers.segmentLists.findBytes(theirs.projectId, theirs.listHash),
      ...(await readers.segmentLists.findAll(theirs.projectId, [theirs.listHash])),
      await readers.members.find(theirs.userId),
      ...(await readers.grants.list({ userId: theirs.userId }, { limit: 9 })),
      ...(await readers.settings.listOfToggle(theirs.toggleId)),
      ...(await readers.contextAttributes.list(theirs.projectId)),
      ...(await readers.settings.listPrerequisites(theirs.environmentId)),
      ...(await readers.segments.history({ segmentId: theirs.segmentId, before: undefined, limit: 9 })),
      ...(await readers.segments.listChanged(theirs.environmentId, { from: 0, to: 9 })),
      ...(await readers.rollouts.list(theirs.environmentId, theirs.toggleId)),
      await readers.scimUsers.find(theirs.scimUserId),
      ...(await readers.scimUsers.listByIds([theirs.scimUserId])),
      ...(await readers.scimUsers.listGroupsOf([theirs.scimUserId])),
      await readers.scimGroups.find(theirs.scimGroupId),
      ...(await readers.scimGroups.listMembers([theirs.scimGroupId])),
    ]);

    expect(found).toEqual(Array.from({ length: 10 }));
  });

  test("hold to the tenant by themselves, where row-level security would see everything", async () => {
    const all = openDatabases({ ...database, appUrl: database.url });
    const found = await all.db.read(ours.tenantId, async (readers) => ({
      projects: (await readers.projects.list()).map(({ projectId }) => projectId),
      environments: await readers.environments.list(theirs.projectId),
      toggles: await readers.toggles.listAll(theirs.projectId),
      toggle: await readers.toggles.listByKeys(theirs.projectId, ["cart"]),
      segment: await readers.segments.findByKey(theirs.projectId, "beta"),
      segments: await readers.segments.listGraph(theirs.projectId),
      list: await readers.segmentLists.findBytes(theirs.projectId, theirs.listHash),
      lists: await readers.segmentLists.findAll(theirs.projectId, [theirs.listHash]),
      listTotals: await readers.segmentLists.measure(theirs.projectId),
      segmentList: await readers.segments.list({ projectId: theirs.projectId, after: undefined, limit: 9 }),
      segmentSizes: await readers.segments.listSizes(theirs.projectId),
      versions: await readers.segments.history({ segmentId: theirs.segmentId, before: undefined, limit: 9 }),
      changed: await readers.segments.listChanged(theirs.environmentId, { from: 0, to: 9 }),
      prerequisites: await readers.settings.listPrerequisites(theirs.environmentId),
      attributes: await readers.contextAttributes.list(theirs.projectId),
      member: await readers.members.find(theirs.userId),
      roles: await readers.roles.list(),
      grants: await readers.grants.list({ projectId: theirs.projectId }, { limit: 9 }),
      invited: (await readers.invitations.list(9)).map(({ invitedBy }) => invitedBy),
      keys: (await readers.sdkKeys.list()).map(({ userId }) => userId),
      entries: (await readers.audit.list({ before: undefined, limit: 50 })).map(({ object }) => object),
      ofTheirs: await readers.audit.list({
        filter: { objectKey: theirs.tenantId },
        before: undefined,
        limit: 50,
      }),
      stored: (await readers.audit.listStored(undefined, 50)).map(({ object }) => object),
      facets: (await readers.audit.facets({}, { mostCounted: 50, mostValues: 50, mostDays: 50 })).values
        .object,
      lastMinute: await readers.audit.countLastMinute({ action: "tenant.created", actor: "system" }, 50),
      head: (await readers.audit.findHead())?.seq,
      provisioned: (await readers.scimUsers.list(undefined, { offset: 0, limit: 9 })).users.map(
        ({ scimUserId }) => scimUserId,
      ),
      active: (await readers.scimUsers.listActive()).map(({ scimUserId }) => scimUserId),
      byEmail: (await readers.scimUsers.findByEmail("ada@example.com"))?.scimUserId,
      byUserName: (await readers.scimUsers.findByUserName("ADA"))?.scimUserId,
      byPerson: await readers.scimUsers.findByPerson(theirs.userId),
      byIds: await readers.scimUsers.listByIds([theirs.scimUserId]),
      groupsOf: [...(await readers.scimUsers.listGroupsOf([theirs.scimUserId]))],
      groups: (await readers.scimGroups.list(undefined, { offset: 0, limit: 9 })).groups.map(
        ({ scimGroupId }) => scimGroupId,
      ),
      byMember: await readers.scimGroups.list(
        { is: "compared", attribute: "member", by: "eq", value: theirs.scimUserId },
        { offset: 0, limit: 9 },
      ),
      byName: (await readers.scimGroups.findByName("Editors"))?.scimGroupId,
      groupMembers: [...(await readers.scimGroups.listMembers([theirs.scimGroupId]))],
      counts: [
        await readers.scimUsers.count(),
        await readers.scimGroups.count(),
        await readers.scimGroups.countMemberships(),
        await readers.scimTokens.countLive(),
        (await readers.scimTokens.list()).length,
        (await readers.scimSettings.find()).roles.length,
        await readers.jobs.countUnfinished(),
        (await readers.jobs.list({ seenBy: EVERYBODY }, { before: undefined, limit: 9 })).length,
        (await readers.deadLetters.list({}, { before: undefined, limit: 9 })).length,
      ],
      memberRoles: [...(await readers.members.listRoles([theirs.userId]))],
      grantsOfPeople: await readers.grants.listOfPeople([theirs.userId]),
    }));
    await all.close();

    expect(found).toEqual({
      projects: [ours.projectId],
      environments: [],
      toggles: [],
      toggle: [],
      segment: undefined,
      segments: [],
      list: undefined,
      lists: [],
      listTotals: { lists: 0, bytes: 0 },
      segmentList: [],
      segmentSizes: [],
      versions: [],
      changed: [],
      prerequisites: [],
      attributes: [],
      member: undefined,
      roles: [{ key: "guest", name: "Guest", permissions: ["toggle.read"], version: 1 }],
      grants: [],
      invited: [ours.userId],
      keys: [ours.userId],
      entries: [`tenant/${ours.tenantId}`],
      ofTheirs: [],
      stored: [`tenant/${ours.tenantId}`],
      facets: [{ value: `tenant/${ours.tenantId}`, count: 1 }],
      lastMinute: 1,
      head: 1,
      provisioned: [ours.scimUserId],
      active: [ours.scimUserId],
      byEmail: ours.scimUserId,
      byUserName: ours.scimUserId,
      byPerson: undefined,
      byIds: [],
      groupsOf: [],
      groups: [ours.scimGroupId],
      byMember: { total: 0, groups: [] },
      byName: ours.scimGroupId,
      groupMembers: [],
      counts: [1, 1, 1, 1, 1, 1, 1, 1, 1],
      memberRoles: [],
      grantsOfPeople: [],
    });
  });
});

async function tablesOfTenants(condition: string): Promise<readonly string[]> {
  const { rows } = await admin.query<{ relname: string }>(
    `select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and ${condition} order by relname`,
  );
  return rows.map(({ relname }) => relname);
}

/** Without those that Postgres fills by itself. */
async function writtenColumns(table: string): Promise<string> {
  const { rows } = await admin.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
      where attrelid = format('burgee.%I', $1::text)::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows[0]?.columns ?? "";
}

/** Signing in happens before a tenant is known, and keys seal for requests of all: both are the system's alone. */
function isOpen(table: string): boolean {
  return !["sessions", "data_keys", "guard_subjects"].includes(table);
}

function refusal(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}
