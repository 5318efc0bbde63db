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
    await sessions.extend(sessionHash, { idleMs: 5 * HOUR_MS, notedMs: 0 });
    const extended = await sessions.find(sessionHash);
    await sessions.extend(sessionHash, { idleMs: 99 * HOUR_MS, notedMs: 0 });
    const last = await sessions.find(sessionHash);

    expect(inHours(before)).toBeCloseTo(1, 1);
    expect(inHours(extended)).toBeCloseTo(5, 1);
    expect(inHours(last)).toBeCloseTo(10, 1);
  });

  test("lasts as long as the database's clock says, wherever this process's stands", async () => {
    vi.useFakeTimers({ now: Date.now() - 48 * HOUR_MS, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());

    const made = await sessions.find(await aSession());
    await sessions.extend(sessionHash, { idleMs: 2 * HOUR_MS, notedMs: 0 });
    const extended = await sessions.find(sessionHash);

    expect(inHours(made)).toBeCloseTo(1, 1);
    expect(inHours(extended)).toBeCloseTo(2, 1);
  });

  test("ends where its holder ends it, alone or with all others", async () => {
    const others = [await aSession(), await aSession()];

    await sessions.end(sessionHash);
    expect(await sessions.find(sessionHash)).toBeUndefined();
    expect(await sessions.find(others[0] ?? sessionHash)).toBeDefined();

    await sessions.endOthers(tenant.userId, randomBytes(32));
    for (const other of others) expect(await sessions.find(other)).toBeUndefined();
  });

  test("is ended by its person alone, and by no one else who knows its handle", async () => {
    const stranger = await seedTenant(db, system);
    const sessionId = must(await sessions.find(sessionHash)).sessionId;

    expect(await sessions.endOne(stranger.userId, sessionId)).toBe(false);
    expect(await sessions.find(sessionHash)).toBeDefined();
    expect(await sessions.endOne(tenant.userId, sessionId)).toBe(true);
    expect(await sessions.find(sessionHash)).toBeUndefined();
  });

  test("is noted to be used as often as is asked for, and no more", async () => {
    await sessions.extend(sessionHash, { idleMs: 5 * HOUR_MS, notedMs: HOUR_MS });
    expect(inHours(await sessions.find(sessionHash))).toBeCloseTo(1, 1);

    await admin.query("update burgee.sessions set last_seen_at = now() - interval '61 minutes'");
    expect(must(await sessions.find(sessionHash)).idleMs / HOUR_MS).toBeCloseTo(61 / 60, 1);
    await sessions.extend(sessionHash, { idleMs: 5 * HOUR_MS, notedMs: HOUR_MS });

    const extended = must(await sessions.find(sessionHash));
    expect(inHours(extended)).toBeCloseTo(5, 1);
    expect(extended.idleMs / HOUR_MS).toBeCloseTo(0, 1);
  });

  test("gets another id once, however many ask at once, and keeps its last moment", async () => {
    await admin.query(
      "update burgee.sessions set ends_at = now() + interval '7 hours' where session_hash = $1",
      [sessionHash],
    );
    const hashes = Array.from({ length: 8 }, () => randomBytes(32));
    const { tenantId } = tenant;
    const next = (hash: Buffer) => ({ sessionHash: hash, tenantId, isProved: false });

    const done = await Promise.all(hashes.map((hash) => sessions.rotate(sessionHash, next(hash))));

    const winner = must(hashes[done.indexOf(true)]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await sessions.find(sessionHash)).toBeUndefined();
    await sessions.extend(winner, { idleMs: 99 * HOUR_MS, notedMs: 0 });
    expect(inHours(await sessions.find(winner))).toBeCloseTo(7, 1);
  });

  test("goes to another tenant of its person, and to no other", async () => {
    const stranger = await seedTenant(db, system);
    const moved = { sessionHash: randomBytes(32), tenantId: stranger.tenantId, isProved: false };

    expect(await sessions.rotate(sessionHash, moved)).toBe(false);
    await admin.query("insert into burgee.memberships (tenant_id, user_id, role) values ($1, $2, 'viewer')", [
      stranger.tenantId,
      tenant.userId,
    ]);
    expect(await sessions.rotate(sessionHash, moved)).toBe(true);

    expect(await sessions.find(moved.sessionHash)).toMatchObject({
      tenantId: stranger.tenantId,
      role: "viewer",
      isRoleNew: false,
    });
  });

  test("from before sessions held these things stands, and counts as never proved, in a new role", async () => {
    await admin.query(
      "update burgee.sessions set role = null, proved_at = '-infinity' where session_hash = $1",
      [sessionHash],
    );

    expect(await sessions.find(sessionHash)).toMatchObject({
      provedMsAgo: Number.POSITIVE_INFINITY,
      isRoleNew: true,
    });
  });

  test("does not begin by credentials that were changed, also where both happen at once", async () => {
    const { userId } = tenant;
    const old = must(await system.credentials.findUserById(userId)).credentialsVersion;
    await system.credentials.setPassword({ userId }, "other");
    expect(await begin(randomBytes(32), old)).toBe(false);

    for (let round = 0; round < 20; round += 1) {
      const { credentialsVersion } = must(await system.credentials.findUserById(userId));
      const hash = randomBytes(32);
      await Promise.all([
        begin(hash, credentialsVersion),
        system.credentials.setPassword({ userId, seenVersion: credentialsVersion }, `round ${round}`),
      ]);

      expect(await sessions.find(hash)).toBeUndefined();
    }
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
  const times = { idleMs, longestMs };
  await sessions.create({
    tenantId,
    sessionHash: hash,
    userId,
    credentialsVersion: 1,
    userAgent: "",
    ...times,
  });
  return hash;
}

function begin(sessionHash: Buffer, credentialsVersion: number): Promise<boolean> {
  const { tenantId, userId } = tenant;
  const times = { idleMs: HOUR_MS, longestMs: HOUR_MS };
  return sessions.create({ tenantId, sessionHash, userId, credentialsVersion, userAgent: "", ...times });
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Nothing came where something was to come.");
  return value;
}

function inHours(session: SessionCredential | undefined): number | undefined {
  return session && session.expiresInMs / HOUR_MS;
}
