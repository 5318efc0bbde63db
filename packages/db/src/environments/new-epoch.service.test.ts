import { createDatabase } from "@burgee/test-support";
import { afterAll, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { seedTenant } from "../../test/seed-tenant.ts";

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
afterAll(async () => {
  await close();
  await database.drop();
});

test("a new environment's epoch tells the database's time, so that a later epoch sorts after an earlier one", async () => {
  const before = await databaseMs();
  const { tenantId, environmentId } = await seedTenant(db, system);
  const after = await databaseMs();
  const seeded = await db.read(tenantId, ({ environments }) => environments.find(environmentId));
  const epoch = seeded?.epoch ?? "";

  expect(epoch).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const ms = Number.parseInt(epoch.replace("-", "").slice(0, 12), 16);
  expect(ms).toBeGreaterThanOrEqual(before);
  expect(ms).toBeLessThanOrEqual(after);
});

async function databaseMs(): Promise<number> {
  const { rows } = await admin.query(
    "select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms",
  );
  return rows[0].ms;
}
