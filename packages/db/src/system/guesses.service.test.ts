import { randomBytes } from "node:crypto";
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openDatabases } from "../../test/open-databases.ts";
import { seedTenant } from "../../test/seed-tenant.ts";

const HOUR_MS = 3_600_000;

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
const other = openDatabases(database);
const { guesses } = system;
let bucket: Buffer;

beforeEach(() => {
  bucket = randomBytes(32);
});
afterAll(async () => {
  await Promise.all([close(), other.close()]);
  await database.drop();
});

test("lets as many pass as may, of many at once in several processes", async () => {
  const bounds = [{ bucket, most: 10, windowMs: HOUR_MS }];

  const waits = await Promise.all(
    Array.from({ length: 60 }, (_, index) => (index % 2 ? guesses : other.system.guesses).take(bounds)),
  );

  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  for (const wait of waits.filter((each) => each !== 0)) expect(wait / HOUR_MS).toBeCloseTo(1, 1);
});

test("counts several bounds in any order without a deadlock, and tells of the longest wait", async () => {
  const bounds = [
    { bucket, most: 1, windowMs: HOUR_MS },
    { bucket: randomBytes(32), most: 1, windowMs: 5 * HOUR_MS },
    { bucket: randomBytes(32), most: 100, windowMs: 9 * HOUR_MS },
  ];

  const waits = await Promise.all(
    Array.from({ length: 40 }, (_, index) => guesses.take(index % 2 ? bounds : bounds.toReversed())),
  );

  expect(waits.filter((wait) => wait === 0)).toHaveLength(1);
  expect(Math.max(...waits) / HOUR_MS).toBeCloseTo(5, 1);
});

test("begins anew once a window ended by the database's clock, and refused tries do not put that off", async () => {
  const bounds = [{ bucket, most: 1, windowMs: HOUR_MS }];
  await guesses.take(bounds);
  await admin.query("update burgee.guesses set ends_at = now() + interval '10 minutes' where bucket = $1", [
    bucket,
  ]);

  expect((await guesses.take(bounds)) / HOUR_MS).toBeCloseTo(1 / 6, 1);
  await admin.query("update burgee.guesses set ends_at = now() where bucket = $1", [bucket]);

  expect(await guesses.take(bounds)).toBe(0);
  expect((await guesses.take(bounds)) / HOUR_MS).toBeCloseTo(1, 1);
});

test("takes a guess off again, and never more than there were", async () => {
  const bounds = [{ bucket, most: 1, windowMs: HOUR_MS }];
  await guesses.take(bounds);

  await guesses.giveBack([bucket]);
  await guesses.giveBack([bucket]);

  expect(await guesses.take(bounds)).toBe(0);
  expect(await guesses.take(bounds)).not.toBe(0);
});

test("knows an address of its person alone", async () => {
  const { userId } = await seedTenant(db, system);
  const stranger = await seedTenant(db, system);
  const address = randomBytes(32);
  await guesses.rememberAddress(userId, address);
  await guesses.rememberAddress(userId, address);

  expect(await guesses.isKnownAddress(await emailOf(userId), address)).toBe(true);
  expect(await guesses.isKnownAddress(await emailOf(userId), randomBytes(32))).toBe(false);
  expect(await guesses.isKnownAddress(await emailOf(stranger.userId), address)).toBe(false);
  expect(await guesses.isKnownAddress("nobody@example.com", address)).toBe(false);
});

test("forgets what is over", async () => {
  const { userId } = await seedTenant(db, system);
  const address = randomBytes(32);
  await guesses.rememberAddress(userId, address);
  await guesses.take([{ bucket, most: 1, windowMs: HOUR_MS }]);
  await guesses.sweep({ addressesMs: HOUR_MS });
  expect(await guesses.isKnownAddress(await emailOf(userId), address)).toBe(true);
  expect(await countOf(bucket)).toBe(1);

  await admin.query("update burgee.known_addresses set last_seen_at = now() - interval '61 minutes'");
  await admin.query("update burgee.guesses set ends_at = now() where bucket = $1", [bucket]);
  await guesses.sweep({ addressesMs: HOUR_MS });

  expect(await guesses.isKnownAddress(await emailOf(userId), address)).toBe(false);
  expect(await countOf(bucket)).toBe(0);
});

async function emailOf(userId: string): Promise<string> {
  const { rows } = await admin.query("select email from burgee.users where user_id = $1", [userId]);
  return rows[0].email;
}

async function countOf(name: Buffer): Promise<number | null> {
  const { rowCount } = await admin.query("select from burgee.guesses where bucket = $1", [name]);
  return rowCount;
}
