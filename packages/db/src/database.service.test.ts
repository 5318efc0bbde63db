import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openDatabases } from "../test/open-databases.ts";
import { PLAN, type SeededTenant, STATE, seedTenant } from "../test/seed-tenant.ts";
import type { Database } from "./database.ts";
import { openDatabase } from "./open.ts";
import { BusyError } from "./tenants/busy-error.ts";

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

describe("read", () => {
  test("sees one moment, whatever is committed meanwhile", async () => {
    const { tenantId } = tenant;

    const seen = await db.read(tenantId, async ({ projects }) => {
      const before = await projects.list();
      await db.transact(tenantId, (writers) => writers.projects.create({ key: "app", name: "App" }));
      return [before.length, (await projects.list()).length];
    });

    expect(seen).toEqual([1, 1]);
    expect(await db.read(tenantId, ({ projects }) => projects.list())).toHaveLength(2);
  });

  test("refuses to write", async () => {
    const { one, client } = await overOneConnection();

    const write = one.read(tenant.tenantId, () => client().query("update burgee.projects set name = 'x'"));

    await expect(write).rejects.toMatchObject({ code: "25006" });
  });
});

describe("the tenant that a transaction entered", () => {
  const refuse = () => {
    throw new Error("No.");
  };

  test.each<[string, (one: Database) => Promise<unknown>]>([
    ["a read", (one) => one.read(tenant.tenantId, ({ projects }) => projects.list())],
    ["a commit", (one) => one.transact(tenant.tenantId, ({ projects }) => projects.list())],
    ["a roll-back", (one) => one.transact(tenant.tenantId, ({ projects }) => projects.list().then(refuse))],
    ["a failed statement", (one) => one.transact(tenant.tenantId, ({ tenants }) => tenants.create("Twice"))],
  ])("leaves the connection with %s", async (_, work) => {
    const { one, client } = await overOneConnection();

    await work(one).catch(() => undefined);

    const { rows } = await client().query("select current_setting('burgee.tenant_id', true) as tenant");
    expect(rows).toEqual([{ tenant: "" }]);
    expect((await client().query("select * from burgee.projects")).rows).toEqual([]);
  });
});

describe("transact", () => {
  test("does all or nothing", async () => {
    const { tenantId } = tenant;
    const broken = db.transact(tenantId, async ({ projects }) => {
      await projects.create({ key: "app", name: "App" });
      throw new Error("Half way.");
    });

    await expect(broken).rejects.toThrow("Half way.");
    expect(await db.read(tenantId, ({ projects }) => projects.findByKey("app"))).toBeUndefined();
  });

  test("runs the loser of a deadlock again", async () => {
    const { tenantId, environmentId } = tenant;
    const met = meeting(2);
    let attempts = 0;
    const lockBoth = (order: "environment first" | "chain first") =>
      db.transact(tenantId, async ({ environments, audit }) => {
        attempts += 1;
        const steps = [() => environments.lock(environmentId), () => audit.lockHead()];
        const [first, second] = order === "environment first" ? steps : steps.toReversed();
        await first?.();
        await met();
        await second?.();
      });

    await Promise.all([lockBoth("environment first"), lockBoth("chain first")]);

    expect(attempts).toBe(3);
  });

  test.each([
    ["serialization failures", "40001", 8],
    ["deadlocks", "40P01", 8],
    ["anything else", "23505", 1],
  ])("gives up on %s (%s) after %i attempts", async (_, code, most) => {
    let attempts = 0;
    const failing = db.transact(tenant.tenantId, async () => {
      attempts += 1;
      throw Object.assign(new Error("Again."), { code });
    });

    await expect(failing).rejects.toThrow("Again.");
    expect(attempts).toBe(most);
  });
});

describe("a tenant that wants more than there is", () => {
  test("waits for itself: others read at once, whatever it does and has waiting", async () => {
    const other = await seedTenant(db, system);
    const pool = new pg.Pool({ connectionString: database.appUrl, max: 5 });
    onTestFinished(() => pool.end());
    const busy = openDatabase(pool);
    const gate = Promise.withResolvers<void>();
    const ended: string[] = [];
    const writes = Array.from({ length: 100 }, () =>
      busy.transact(tenant.tenantId, () => gate.promise).then(() => ended.push("a write of the busy one")),
    );

    await busy.read(other.tenantId, ({ projects }) => projects.list());
    ended.push("the other's read");
    gate.resolve();
    await Promise.all(writes);

    expect(ended[0]).toBe("the other's read");
    expect(pool.totalCount).toBe(5);
  });

  test("is told so once too much of it waits, and loses nothing that it began", async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Array.from({ length: 204 }, () => db.read(tenant.tenantId, () => gate.promise));

    await expect(db.transact(tenant.tenantId, async () => undefined)).rejects.toThrow(BusyError);

    gate.resolve();
    expect(await Promise.all(begun)).toHaveLength(204);
  });
});

describe("settings", () => {
  test("are saved over the version they came from, by one of eight", async () => {
    const { tenantId } = tenant;
    const saves = Array.from({ length: 8 }, (_, index) =>
      db.transact(tenantId, ({ settings }) =>
        settings.save(
          tenant,
          1,
          { state: { ...STATE, enabled: index % 2 === 0 }, compiledBytes: 0, segmentKeys: [] },
          "system",
        ),
      ),
    );

    const saved = (await Promise.all(saves)).filter((setting) => setting !== undefined);

    expect(saved.map(({ version }) => version)).toEqual([2]);
  });
});

describe("revisions", () => {
  test("of one environment have no gap, and follow commits, under 16 writers of which some roll back", async () => {
    const { tenantId, environmentId, toggleId } = tenant;
    const changes = 6;
    const write = (fails: boolean) =>
      db.transact(tenantId, async ({ environments, outbox }) => {
        await environments.lock(environmentId);
        const { epoch, revision } = await environments.raiseRevision(environmentId, 0);
        await outbox.append({
          environmentId,
          epoch,
          revision,
          type: "toggle.changed",
          toggleId,
          version: 1,
          traceparent: null,
        });
        if (fails) throw new Error("Changed my mind.");
      });
    const writer = async (_: unknown, number: number) => {
      for (let change = 0; change < changes; change++) {
        await write(false);
        if (number % 4 === 0) await write(true).catch(() => undefined);
      }
    };
    const writing = { on: true };
    const written = Promise.all(Array.from({ length: 16 }, writer)).finally(() => {
      writing.on = false;
    });

    const seen: number[][] = [];
    while (writing.on) seen.push(await revisionsOf(environmentId));
    await written;

    const all = await revisionsOf(environmentId);
    expect(all).toEqual(Array.from({ length: 1 + 16 * changes }, (_, index) => index + 1));
    for (const some of seen) expect(some).toEqual(all.slice(0, some.length));
    expect(new Set(seen.map(({ length }) => length)).size).toBeGreaterThan(2);
  });
});

describe("rollout plans", () => {
  test("move on from what was read of them once, however many try", async () => {
    const plan = await aPlan();

    const moves = Array.from({ length: 8 }, () =>
      db.transact(tenant.tenantId, ({ rollouts }) => rollouts.move(plan, { appliedSteps: 1 })),
    );
    const moved = (await Promise.all(moves)).filter((each) => each !== undefined);

    expect(moved).toMatchObject([{ appliedSteps: 1, version: 2, status: "pending", settingVersion: null }]);
  });

  test("are found while they are due by the database's clock, and by one sweep at a time", async () => {
    const [overdue, early] = [await aPlan(), await aPlan()];
    await db.transact(tenant.tenantId, async ({ rollouts }) => {
      const open = await rollouts.findOpen(tenant.environmentId, tenant.toggleId);
      if (open) await rollouts.move(open, { ...ABORTED });
      const now = await rollouts.now();
      await rollouts.move(overdue, { status: "running", settingVersion: 1, nextAt: now, lookAt: now });
    });

    const sweeps = Array.from({ length: 4 }, () => system.claimDueRollouts(1000, 60_000));
    const claimed = (await Promise.all(sweeps)).flat().map(({ rolloutPlanId }) => rolloutPlanId);

    expect(claimed.filter((id) => id === overdue.rolloutPlanId)).toHaveLength(1);
    expect(claimed).not.toContain(early.rolloutPlanId);
  });

  test("are under way one at a time for a toggle", async () => {
    const [one, other] = [await aPlan(), await aPlan()];
    const begin = (plan: typeof one) =>
      db.transact(tenant.tenantId, async ({ rollouts }) => {
        const open = await rollouts.findOpen(tenant.environmentId, tenant.toggleId);
        if (open && open.rolloutPlanId !== one.rolloutPlanId) await rollouts.move(open, { ...ABORTED });
        return rollouts.move(plan, { status: "paused", settingVersion: 1 });
      });
    await begin(one);

    await expect(begin(other)).rejects.toMatchObject({ code: "23505" });
  });

  test("keep a step once a run in their log", async () => {
    const { rolloutPlanId } = await aPlan();
    const entry = { run: 1, step: 1, kind: "applied", settingVersion: 2, revision: 2 } as const;
    const log = () =>
      db.transact(tenant.tenantId, async ({ rollouts }) =>
        rollouts.log(rolloutPlanId, {
          ...entry,
          foldedSteps: [],
          evidence: null,
          appliedAt: await rollouts.now(),
        }),
      );
    await log();

    await expect(log()).rejects.toMatchObject({ code: "23505" });
  });

  const ABORTED = { status: "aborted", nextAt: null, lookAt: null } as const;

  function aPlan() {
    const { environmentId, toggleId } = tenant;
    return db.transact(tenant.tenantId, ({ rollouts }) =>
      rollouts.create({ environmentId, toggleId, ...PLAN }, "system"),
    );
  }
});

test("ping answers while the database does, and fails once the doors are closed", async () => {
  const { one } = await overOneConnection();
  await expect(one.ping()).resolves.toBeUndefined();
  await expect(system.ping()).resolves.toBeUndefined();

  await one.close();

  await expect(one.ping()).rejects.toThrow();
});

/** The doors over a pool of one connection, and that connection, which is always the one that the doors use. */
async function overOneConnection(): Promise<{ one: Database; client: () => pg.PoolClient }> {
  const pool = new pg.Pool({ connectionString: database.appUrl, max: 1 });
  let client: pg.PoolClient | undefined;
  pool.on("connect", (connected) => {
    client = connected;
  });
  onTestFinished(async () => {
    if (!pool.ending) await pool.end();
  });
  return {
    one: openDatabase(pool),
    client: () => {
      if (!client) throw new Error("Nothing was asked yet.");
      return client;
    },
  };
}

/** Waits until `count` callers have come; whoever comes later passes. */
function meeting(count: number): () => Promise<void> {
  let come = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    come += 1;
    if (come >= count) open();
    return opened;
  };
}

async function revisionsOf(environmentId: string): Promise<number[]> {
  const { rows } = await admin.query(
    "select revision::int from burgee.outbox where environment_id = $1 order by revision",
    [environmentId],
  );
  return rows.map(({ revision }) => revision);
}
