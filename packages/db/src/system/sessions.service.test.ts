import { randomBytes } from "node:crypto";
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { type SeededTenant, seedTenant } from "../../test/seed-tenant.ts";
import type { SessionCredential } from "./session-repo.ts";

const HOUR_MS = 3_600_000;

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
const { sessions } = system;
let tenant: SeededTenant;
let sessionHash: Buffer;

beforeEach(async () => {
  tenant = await seedTenant(db, system);
  sessionHash = await aSession({ idleMs: HOUR_MS, longestMs: 10 * HOUR_MS });
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
    ["its idle time", { idleMs: -1, longestMs: HOUR_MS }],
    ["its last day", { idleMs: HOUR_MS, longestMs: -1 }],
  ])("is over after %s, by the database's clock", async (_, times) => {
    expect(await sessions.find(await aSession(times))).toBeUndefined();
  });

  test("ends with its person's membership", async () => {
    await admin.query("delete from burgee.sdk_keys where user_id = $1", [tenant.userId]);
    await admin.query("delete from burgee.memberships where user_id = $1", [tenant.userId]);

    expect(await sessions.find(sessionHash)).toBeUndefined();
  });

  test("is extended up to its last moment, and no further", async () => {
    const before = await sessions.find(sessionHash);
    await sessions.extend(sessionHash, 5 * HOUR_MS);
    const extended = await sessions.find(sessionHash);
    await sessions.extend(sessionHash, 99 * HOUR_MS);
    const last = await sessions.find(sessionHash);

    expect(inHours(before)).toBeCloseTo(1, 1);
    expect(inHours(extended)).toBeCloseTo(5, 1);
    expect(inHours(last)).toBeCloseTo(10, 1);
  });

  test("lasts as long as the database's clock says, wherever this process's stands", async () => {
    vi.useFakeTimers({ now: Date.now() - 48 * HOUR_MS, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());

    const made = await sessions.find(await aSession());
    await sessions.extend(sessionHash, 2 * HOUR_MS);
    const extended = await sessions.find(sessionHash);

    expect(inHours(made)).toBeCloseTo(1, 1);
    expect(inHours(extended)).toBeCloseTo(2, 1);
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
    await aSession({ idleMs: -1, longestMs: HOUR_MS });
    await aSession({ idleMs: HOUR_MS, longestMs: -1 });

    await sessions.sweep();

    const { rows } = await admin.query(
      "select session_hash from burgee.sessions where expires_at < now() or ends_at < now()",
    );
    expect(rows).toEqual([]);
    expect(await sessions.find(sessionHash)).toBeDefined();
  });
});

async function aSession({ idleMs = HOUR_MS, longestMs = HOUR_MS } = {}): Promise<Buffer> {
  const hash = randomBytes(32);
  const { tenantId, userId } = tenant;
  await sessions.create({ tenantId, sessionHash: hash, userId, idleMs, longestMs });
  return hash;
}

function inHours(session: SessionCredential | undefined): number | undefined {
  return session && session.expiresInMs / HOUR_MS;
}
