import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { type SeededTenant, seedTenant } from "../../test/seed-tenant.ts";

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
let tenant: SeededTenant;

beforeEach(async () => {
  tenant = await seedTenant(db, system);
});

afterAll(async () => {
  await close();
  await database.drop();
});

test("keeps what is young", async () => {
  await system.sweepUsage();

  expect(await kept()).toEqual([1, 1, 1, 1]);
});

test("forgets batches after two days", async () => {
  await age("usage_batches", "received_at", "49 hours");

  await system.sweepUsage();

  expect(await kept()).toEqual([0, 1, 1, 1]);
});

test("forgets events after 30 days", async () => {
  await age("tracked_events", "received_at", "29 days");
  await system.sweepUsage();
  const soon = await kept();
  await age("tracked_events", "received_at", "2 days");
  await system.sweepUsage();

  expect([soon, await kept()]).toEqual([
    [1, 1, 1, 1],
    [1, 0, 1, 1],
  ]);
});

test("forgets unknown keys two months later, and counts after thirteen", async () => {
  for (const table of ["unknown_toggle_usage", "toggle_usage"]) await age(table, "month", "2 months");
  await system.sweepUsage();
  const soon = await kept();
  await age("toggle_usage", "month", "12 months");
  await system.sweepUsage();

  expect([soon, await kept()]).toEqual([
    [1, 1, 0, 1],
    [1, 1, 0, 0],
  ]);
});

async function age(table: string, column: string, by: string): Promise<void> {
  await admin.query(`update burgee.${table} set ${column} = ${column} - $1::interval where tenant_id = $2`, [
    by,
    tenant.tenantId,
  ]);
}

async function kept(): Promise<readonly number[]> {
  const tables = ["usage_batches", "tracked_events", "unknown_toggle_usage", "toggle_usage"];
  const counts = tables.map(async (table) => {
    const found = await admin.query(`select count(*)::int as n from burgee.${table} where tenant_id = $1`, [
      tenant.tenantId,
    ]);
    return found.rows[0].n;
  });
  return Promise.all(counts);
}
