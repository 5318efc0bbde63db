/**
 * Thousands of transactions of many tenants over four connections, of which some fail and some lose their connection: what one
 * tenant entered is seen by no other, and stays on no connection.
 */
import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { openDatabases } from "../test/open-databases.ts";
import { addUser } from "../test/seed-tenant.ts";
import { newId } from "./ids.ts";
import { openDatabase } from "./open.ts";
import type { TenantId } from "./schema/records.ts";

const TENANTS = 50;
const CONNECTIONS = 4;
/** `npm test` takes a sample; `BURGEE_BLEED_TRANSACTIONS=10000` is the whole. */
const TRANSACTIONS = Number(process.env.BURGEE_BLEED_TRANSACTIONS ?? 1_000);
const AT_ONCE = 40;
const SEED = 20_261_201;

const database = await createDatabase();
const { db, system, admin, close } = openDatabases(database);
const pool = new pg.Pool({ connectionString: database.appUrl, max: CONNECTIONS });
pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
const few = openDatabase(pool);
afterAll(async () => {
  await Promise.all([pool.end(), close()]);
  await database.drop();
});

test("what one transaction entered, no other tenant's sees, however it ended", {
  timeout: 180_000,
}, async () => {
  const tenants = await Promise.all(Array.from({ length: TENANTS }, newTenant));
  const random = seeded(SEED);
  const foreign: string[] = [];
  const done = { read: 0, commit: 0, "roll-back": 0, "failed statement": 0, kill: 0, between: 0 };
  const kinds = Object.keys(done) as (keyof typeof done)[];

  const inTransaction: Record<keyof typeof done, (tenantId: TenantId) => Promise<unknown>> = {
    read: (tenantId) => few.read(tenantId, async ({ projects }) => look(tenantId, await projects.list())),
    commit: (tenantId) =>
      few.transact(tenantId, async ({ projects, tenants }) => {
        await projects.create({ key: `k-${newId()}`, name: tenantId });
        look(tenantId, await projects.list());
        look(tenantId, [await tenants.find()]);
      }),
    "roll-back": (tenantId) =>
      few.transact(tenantId, async ({ projects }) => {
        await projects.create({ key: `k-${newId()}`, name: tenantId });
        look(tenantId, await projects.list());
        throw new Error("Rolled back.");
      }),
    "failed statement": (tenantId) =>
      few.transact(tenantId, async ({ projects, tenants }) => {
        look(tenantId, await projects.list());
        await tenants.create("Twice");
      }),
    kill: (tenantId) =>
      few.transact(tenantId, async ({ projects }) => {
        look(tenantId, await projects.list());
        await admin.query(KILL_ONE);
        await projects.create({ key: `k-${newId()}`, name: tenantId });
      }),
    between: async () => {
      const client = await pool.connect();
      try {
        const { rows } = await client.query(WHAT_IS_LEFT);
        if (rows[0].entered || rows[0].seen > 0) foreign.push(`left behind: ${JSON.stringify(rows[0])}`);
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
  };
  function look(tenantId: TenantId, rows: readonly ({ readonly name: string } | undefined)[]): void {
    for (const row of rows) if (row?.name !== tenantId) foreign.push(`${tenantId} saw ${row?.name}`);
  }

  let begun = 0;
  const keepGoing = async () => {
    while (begun < TRANSACTIONS) {
      begun += 1;
      const kind = kinds[weighted(random())] ?? "read";
      const tenantId = tenants[Math.floor(random() * TENANTS)] as TenantId;
      done[kind] += 1;
      await inTransaction[kind](tenantId).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepGoing));

  expect(foreign).toEqual([]);
  expect(Math.min(...Object.values(done))).toBeGreaterThan(TRANSACTIONS / 200);
  const { rows } = await admin.query(
    "select count(*)::int as lost from burgee.projects where name <> tenant_id::text",
  );
  expect(rows).toEqual([{ lost: 0 }]);
  const kept = await db.read(tenants[0] as TenantId, ({ projects }) => projects.list());
  expect(kept.length).toBeGreaterThan(1);
});

/** One of the connections under test, whoever works on it at the moment. */
const KILL_ONE = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and usename = '${new URL(database.appUrl).username}' order by random() limit 1`;
const WHAT_IS_LEFT = `select nullif(current_setting('burgee.tenant_id', true), '') as entered,
  (select count(*)::int from burgee.projects) as seen`;

async function newTenant(): Promise<TenantId> {
  const userId = await addUser(system);
  const tenantId = newId<TenantId>();
  await db.transact(tenantId, async ({ tenants, projects }) => {
    await tenants.create(tenantId);
    await tenants.addMember(userId, "owner");
    await projects.create({ key: "first", name: tenantId });
  });
  return tenantId;
}

/** Of the kinds in their order: reads and commits most, a kill seldom. */
function weighted(part: number): number {
  const upTo = [0.35, 0.6, 0.75, 0.85, 0.87, 1];
  return upTo.findIndex((bound) => part < bound);
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
