import { randomBytes } from "node:crypto";
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { type SeededTenant, seedTenant } from "../../test/seed-tenant.ts";

const HOUR_MS = 3_600_000;

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
const { sessions } = system;
let tenant: SeededTenant;
let sessionHash: Buffer;

beforeEach(async () => {
  tenant = await seedTenant(db, system);
  sessionHash = await aSession({ expiresInMs: HOUR_MS, endsInMs: 10 * HOUR_MS });
});
afterAll(async () => {
  await close();
  await database.drop();
});

describe("a session", () => {
  test("is found by its hash, with the person as they are now", async () => {
    await admin.query("update burgee.memberships set role = 'viewer' where user_id = $1", [tenant.userId]);

    expect(await sessions.find(sessionHash)).toMatchObject({
      tenantId: tenant.tenantId,
      userId: tenant.userId,
      name: "Ada",
      role: "viewer",
    });
    expect(await sessions.find(randomBytes(32))).toBeUndefined();
  });

  test.each([
    ["its idle time", { expiresInMs: -1, endsInMs: HOUR_MS }],
    ["its last day", { expiresInMs: HOUR_MS, endsInMs: -1 }],
  ])("is over after %s, by the database's clock", async (_, times) => {
    expect(await sessions.find(await aSession(times))).toBeUndefined();
  });

  test("ends with its person's membership", async () => {
    await admin.query("delete from burgee.sdk_keys where user_id = $1", [tenant.userId]);
    await admin.query("delete from burgee.memberships where user_id = $1", [tenant.userId]);

    expect(await sessions.find(sessionHash)).toBeUndefined();
  });

  test("is extended up to its last day, and no further", async () => {
    const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
    const before = await sessions.find(sessionHash);

    await sessions.extend(sessionHash, inHours(5));
    const extended = await sessions.find(sessionHash);
    await sessions.extend(sessionHash, inHours(99));
    const last = await sessions.find(sessionHash);

    expect(extended?.expiresAt.getTime()).toBeGreaterThan((before?.expiresAt.getTime() ?? 0) + 3 * HOUR_MS);
    expect(last?.expiresAt).toEqual(before?.endsAt);
  });

  test("ends where its holder ends it, alone or with all others", async () => {
    const others = [await aSession(), await aSession()];

    await sessions.end(sessionHash);
    expect(await sessions.find(sessionHash)).toBeUndefined();
    expect(await sessions.find(others[0] ?? sessionHash)).toBeDefined();

    await sessions.endAll(tenant.userId);
    for (const other of others) expect(await sessions.find(other)).toBeUndefined();
  });

  test("is swept away once it is over", async () => {
    await aSession({ expiresInMs: -1, endsInMs: HOUR_MS });
    await aSession({ expiresInMs: HOUR_MS, endsInMs: -1 });

    await sessions.sweep();

    const { rows } = await admin.query(
      "select session_hash from burgee.sessions where expires_at < now() or ends_at < now()",
    );
    expect(rows).toEqual([]);
    expect(await sessions.find(sessionHash)).toBeDefined();
  });
});

async function aSession({ expiresInMs = HOUR_MS, endsInMs = HOUR_MS } = {}): Promise<Buffer> {
  const hash = randomBytes(32);
  const { tenantId, userId } = tenant;
  const expiresAt = new Date(Date.now() + expiresInMs);
  const endsAt = new Date(Date.now() + endsInMs);
  await sessions.create({ tenantId, sessionHash: hash, userId, expiresAt, endsAt });
  return hash;
}
