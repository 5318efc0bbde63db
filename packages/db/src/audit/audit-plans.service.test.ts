import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { planOf, recorded } from "../../test/plan-of.ts";
import { seedTenant } from "../../test/seed-tenant.ts";
import { Database } from "../database.ts";
import type { AuditFilter } from "../schema/records.ts";
import type { AuditReader } from "./audit-repo.ts";

const ENTRIES = 40_000;
const MONTHS = 4;
const database = await createDatabase();
const doors = openDatabases(database);
const tenant = await seedTenant(doors.db, doors.system);
const other = await seedTenant(doors.db, doors.system);
let months: readonly Date[];

beforeAll(async () => {
  const { rows } = await doors.admin.query<{ at: Date }>(
    `select (date_trunc('month', now() at time zone 'utc') + make_interval(months => n)) at time zone 'utc' as at
       from generate_series(0, ${MONTHS}) n`,
  );
  months = rows.map(({ at }) => at);
  // Of each four entries one is another tenant's; each month has as many as any other.
  await doors.admin.query(
    `insert into burgee.audit_entries
       (tenant_id, month, seq, created_at, actor, action, object, environment_id, request_id, hash_version, previous_hash, hash)
     select case when n % 4 = 0 then $2::uuid else $1::uuid end, date_trunc('month', at at time zone 'utc'), n + 10, at,
            'user:' || n % 50, 'toggle.' || n % 20, 'toggle/web/t' || n % 500,
            case when n % 4 = 0 then null when n % 3 = 0 then $3::uuid else gen_random_uuid() end, 'req-' || n, 2, '', ''
       from generate_series(0, ${ENTRIES - 1}) n,
            lateral (select $4::timestamptz + make_interval(months => n / ${ENTRIES / MONTHS}, mins => n % 30000) as at) as time`,
    [tenant.tenantId, other.tenantId, tenant.environmentId, months[0]],
  );
  await doors.admin.query("vacuum analyze burgee.audit_entries");
});
afterAll(async () => {
  await doors.close();
  await database.drop();
});

const filters: readonly [string, AuditFilter][] = [
  ["nothing else", {}],
  ["an actor", { actor: "user:7" }],
  ["an action", { action: "toggle.7" }],
  ["a kind", { objectKind: "toggle" }],
  ["an object", { objectKind: "toggle", objectKey: "t77" }],
  ["a project", { project: "web" }],
  ["an environment", { environment: "production" }],
  ["a request", { requestId: "req-20001" }],
];
const lists = (filter: AuditFilter) => (audit: AuditReader) =>
  audit.list({ filter, before: undefined, limit: 10 });
const facets = (filter: AuditFilter) => (audit: AuditReader) =>
  audit.facets(filter, { mostCounted: 1_000, mostValues: 50, mostDays: 50 });

test.each(filters)("a page of one month by %s reads that month alone, and by an index", async (_, filter) => {
  const plan = await planOfWork(lists({ ...filter, from: months[1], to: lastMomentOf(1) }));

  expect(plan.parts).toEqual([partitionOf(1)]);
  expect(plan.scannedParts).toEqual([]);
});

test.each(filters)("facets of one month by %s read no other month", async (_, filter) => {
  const plan = await planOfWork(facets({ ...filter, from: months[1], to: lastMomentOf(1) }));

  expect(plan.parts).toEqual([partitionOf(1)]);
});

test.each(filters)("a page of all months by %s reads none of them whole", async (_, filter) => {
  const plan = await planOfWork(lists(filter));

  expect(plan.parts.length).toBeGreaterThanOrEqual(MONTHS);
  expect(plan.scannedParts).toEqual([]);
});

test.each<[string, AuditFilter, string]>([
  ["actor", { actor: "user:7" }, "actor"],
  ["action", { action: "toggle.7" }, "action"],
  ["object", { objectKey: "t77" }, "object_key"],
  ["request", { requestId: "req-20001" }, "request_id"],
])("few entries of one %s are found by its index, behind row-level security", async (_, filter, column) => {
  const plan = await planOfWork(lists(filter));

  const indexes = [...plan.indexes].filter((index) => index?.includes(`_tenant_id_${column}_`));
  expect(indexes.length).toBeGreaterThanOrEqual(MONTHS);
});

test.each([
  ["a caller's refusals", { action: "permission.refused", actor: "user:7" }],
  ["an account's failed sign-ins", { action: "sign_in.failed", object: "user/7" }],
])("%s of the last minute are counted by an index", async (_, counted) => {
  const plan = await planOfWork((audit) => audit.countLastMinute(counted, 10));

  expect(plan.scannedParts).toEqual([]);
});

test("a chain is read in its order, by its index", async () => {
  const plan = await planOfWork((audit) => audit.listStored({ seq: 20_000, month: "2000-01-01" }, 100));

  expect(plan.scannedParts).toEqual([]);
});

test.each(filters)("a piece for an export by %s reads no month whole", async (_, filter) => {
  const bounds = { mostLookedAt: 2_000, mostBytes: 1_000_000 };
  const plan = await planOfWork((audit) =>
    audit.readPiece({ filter, after: 20_000, last: ENTRIES, ...bounds }),
  );

  expect(plan.scannedParts).toEqual([]);
});

/** The plan of the last thing that `work` reads, as the planner chooses it by itself. */
async function planOfWork(work: (audit: AuditReader) => Promise<unknown>) {
  const statements = await recorded(database.appUrl, (kysely) =>
    new Database(kysely).read(tenant.tenantId, ({ audit }) => work(audit)),
  );
  const statement = statements.findLast(({ sql }) => sql.includes("audit_entries"));
  const plan = await planOf(statement, `set burgee.tenant_id = '${tenant.tenantId}'`);
  const isPart = (table: string | undefined) => table?.startsWith("audit_entries_2") ?? false;
  return {
    indexes: plan.indexes,
    parts: [...plan.tables].filter(isPart).toSorted(),
    scannedParts: plan.scannedTables.filter(isPart),
  };
}

function partitionOf(index: number): string {
  return `audit_entries_${months[index]?.toISOString().slice(0, 7).replace("-", "_")}`;
}

function lastMomentOf(index: number): Date {
  return new Date((months[index + 1]?.getTime() ?? 0) - 1);
}
