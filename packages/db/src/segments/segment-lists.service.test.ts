import { randomBytes } from "node:crypto";
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { type SeededTenant, seedTenant } from "../../test/seed-tenant.ts";

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
let tenant: SeededTenant;

beforeEach(async () => {
  tenant = await seedTenant(db, system);
  await admin.query("update burgee.outbox set published = true");
});

afterAll(async () => {
  await close();
  await database.drop();
});

test("keeps a list that a segment names as it is now, however old", async () => {
  await ageLists();

  await system.sweepSegmentLists(100);

  expect(await bytesOf(tenant.listHash)).toHaveLength(8);
});

test("deletes a list that nobody names a day after it came", async () => {
  const fresh = await addList();
  await ageLists();
  const old = await addList();

  expect(await system.sweepSegmentLists(100)).toBe(1);
  expect(await bytesOf(fresh)).toBeUndefined();
  expect(await bytesOf(old)).toHaveLength(8);
});

test("keeps a list for another day when it comes again, and when it is used", async () => {
  const [again, used] = [await addList(), await addList()];
  await ageLists();
  await db.transact(tenant.tenantId, async ({ segmentLists }) => {
    await segmentLists.add(tenant.projectId, { hash: again, count: 1, bytes: randomBytes(8) }, "system");
    await segmentLists.use(tenant.projectId, [used, "00".repeat(32)]);
  });

  expect(await system.sweepSegmentLists(100)).toBe(0);
});

test("deletes a list that only earlier versions name, and keeps those versions", async () => {
  await replaceList();
  await ageLists();

  expect(await system.sweepSegmentLists(100)).toBe(1);
  const page = { segmentId: tenant.segmentId, before: undefined, limit: 9 };
  const versions = await db.read(tenant.tenantId, ({ segments }) => segments.history(page));
  expect(versions.map(({ state }) => state.includeList?.hash)).toEqual([undefined, tenant.listHash]);
});

test("deletes nothing of a tenant that has changes to publish", async () => {
  await replaceList();
  await ageLists();
  await admin.query("update burgee.outbox set published = false where tenant_id = $1", [tenant.tenantId]);

  expect(await system.sweepSegmentLists(100)).toBe(0);
});

test("refuses a version that names a list which is not there", async () => {
  const named = db.transact(tenant.tenantId, async ({ segments, segmentLists }) => {
    const segment = await segments.findByKey(tenant.projectId, "beta");
    if (!segment) throw new Error("The seed has a segment.");
    const state = { ...segment.state, includeList: { hash: "00".repeat(32), count: 1 } };
    await segmentLists.addReferences({ ...segment, state });
  });

  await expect(named).rejects.toMatchObject({ code: "23503" });
});

async function addList(): Promise<string> {
  const hash = randomBytes(32).toString("hex");
  await db.transact(tenant.tenantId, ({ segmentLists }) =>
    segmentLists.add(tenant.projectId, { hash, count: 1, bytes: randomBytes(8) }, "system"),
  );
  return hash;
}

async function bytesOf(hash: string): Promise<Buffer | undefined> {
  return db.read(tenant.tenantId, ({ segmentLists }) => segmentLists.findBytes(tenant.projectId, hash));
}

/** The segment names no list any more. */
async function replaceList(): Promise<void> {
  await db.transact(tenant.tenantId, async ({ segments }) => {
    const segment = await segments.findByKey(tenant.projectId, "beta");
    if (!segment) throw new Error("The seed has a segment.");
    const { includeList: _, ...state } = segment.state;
    const next = await segments.save(segment, 1, { state, segmentKeys: [], compiledBytes: 0 }, "system");
    if (next) await segments.addVersion(next, "system");
  });
}

async function ageLists(): Promise<void> {
  await admin.query(
    "update burgee.segment_lists set used_at = used_at - interval '25 hours' where tenant_id = $1",
    [tenant.tenantId],
  );
}
