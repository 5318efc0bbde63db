import { randomBytes } from "node:crypto";
import { createDatabase, eventually } from "@burgee/test-support";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { inTenant, openDatabases } from "../../test/open-databases.ts";
import { type SeededTenant, seedTenant } from "../../test/seed-tenant.ts";
import { TenantClosedError } from "../tenants/tenant-closed-error.ts";

const INSUFFICIENT_PRIVILEGE = "42501";
const database = await createDatabase();
const { db, system, app, admin, close } = openDatabases(database);
const { erasures } = system;
let going: SeededTenant;
let receiptHash: Buffer;

beforeEach(async () => {
  going = await seedTenant(db, system);
  receiptHash = randomBytes(32);
});
afterAll(async () => {
  await close();
  await database.drop();
});

const request = (delayMs = 0, { tenantId } = going) =>
  db.transactAlone(tenantId, ({ deletions }) => deletions.request({ receiptHash, delayMs }));

/** Tables with rows of the tenant, by the catalogue: what is added later is looked at as well. */
async function tablesWith({ tenantId }: SeededTenant): Promise<Readonly<Record<string, number>>> {
  const { rows } = await admin.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
      where c.relnamespace = 'burgee'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const found: Record<string, number> = {};
  for (const { name } of rows) {
    const counted = await admin.query(`select count(*)::int as n from burgee.${name} where tenant_id = $1`, [
      tenantId,
    ]);
    if (counted.rows[0].n > 0) found[name] = counted.rows[0].n;
  }
  return found;
}

async function eraseAll(most = 500, { tenantId } = going): Promise<readonly string[]> {
  const parts: string[] = [];
  await erasures.begin(tenantId);
  for (;;) {
    const batch = await erasures.eraseSome(tenantId, most);
    if (batch.outcome !== "erased") break;
    parts.push(batch.part);
  }
  await erasures.finish(tenantId);
  return parts;
}

const isThere = async (userId: string) =>
  (await admin.query("select from burgee.users where user_id = $1", [userId])).rowCount === 1;

describe("an erased tenant", () => {
  test("has a row in no table, and every other tenant has all of its own", async () => {
    const staying = await seedTenant(db, system);
    const before = await tablesWith(staying);
    expect(Object.keys(before).length).toBeGreaterThan(25);
    expect(Object.keys(await tablesWith(going))).toEqual(Object.keys(before));
    await request();

    await eraseAll();

    expect(await tablesWith(going)).toEqual({});
    expect(await tablesWith(staying)).toEqual(before);
  });

  test("leaves nothing in a table that was added since, with whatever refers to what", async () => {
    await admin.query(`
      create table burgee.parrots (
        tenant_id uuid not null, parrot_id uuid not null, project_id uuid not null, parent uuid,
        primary key (tenant_id, parrot_id),
        foreign key (tenant_id, project_id) references burgee.projects,
        foreign key (tenant_id, parent) references burgee.parrots);
      alter table burgee.parrots owner to burgee_owner;
      select burgee.protect_by_tenant('burgee.parrots')`);
    await admin.query(
      `insert into burgee.parrots
       select $1, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, $2,
              case when n > 1 then ('00000000-0000-0000-0000-' || lpad((n - 1)::text, 12, '0'))::uuid end
         from generate_series(1, 20) n`,
      [going.tenantId, going.projectId],
    );
    await request();

    const parts = await eraseAll(3);

    expect(await tablesWith(going)).toEqual({});
    expect(parts.indexOf("parrots")).toBeLessThan(parts.indexOf("projects"));
    await admin.query("drop table burgee.parrots");
  });

  test("is counted no further than a statement has time for, and goes all the same", async () => {
    await admin.query(`
      create table burgee.finches (tenant_id uuid not null);
      alter table burgee.finches owner to burgee_owner;
      select burgee.protect_by_tenant('burgee.finches')`);
    await admin.query("insert into burgee.finches select $1 from generate_series(1, 100001)", [
      going.tenantId,
    ]);
    await request();
    await erasures.begin(going.tenantId);
    const begun = await erasures.findByReceipt(receiptHash);

    await eraseAll(50_000);

    expect(begun?.parts.finches).toEqual({ total: 100_000, done: 0 });
    const { parts } = (await erasures.findByReceipt(receiptHash)) ?? {};
    expect(parts?.finches).toEqual({ total: 100_001, done: 100_001 });
    await admin.query("drop table burgee.finches");
  });

  test("loses what is sealed, and the keys that open it, before anything else", async () => {
    await request();

    const parts = await eraseAll();

    expect(parts.slice(0, parts.indexOf("data_keys") + 1)).toEqual(
      expect.arrayContaining(["oidc_connections", "webhook_secrets", "guard_credentials", "data_keys"]),
    );
    expect(parts.indexOf("data_keys")).toBeLessThan(7);
  });

  test("takes its people along, but for who belongs to another tenant", async () => {
    const staying = await seedTenant(db, system);
    const { rows } = await admin.query("select user_id from burgee.memberships where tenant_id = $1", [
      going.tenantId,
    ]);
    const others = rows.map(({ user_id }) => user_id).filter((userId) => userId !== going.userId);
    await db.transact(staying.tenantId, ({ tenants }) => tenants.addMember(going.userId, "viewer"));
    await request();

    await eraseAll(1);

    expect(await Promise.all(others.map(isThere))).toEqual([false]);
    expect(await isThere(going.userId)).toBe(true);
    expect(await isThere(staying.userId)).toBe(true);
    expect(await erasures.findByReceipt(receiptHash)).toMatchObject({ people: 1 });
  });

  test("takes along whom its provider spoke for, unless they founded a tenant of their own", async () => {
    const managed = (email: string) =>
      system.credentials.createUser({ email, name: "Bo", passwordHash: "none", managedBy: going.tenantId });
    const [left, founder] = [await managed("left@example.com"), await managed("founder@example.com")];
    if (!left || !founder) throw new Error("The addresses are taken.");
    const theirs = await seedTenant(db, system);
    await db.transact(theirs.tenantId, ({ tenants }) => tenants.addMember(founder, "owner"));
    await request();

    await eraseAll();

    expect([await isThere(left), await isThere(founder)]).toEqual([false, true]);
    expect(await system.credentials.findUser("founder@example.com")).toBeUndefined();
  });

  test("leaves a certificate of what was erased, which names nobody", async () => {
    const before = await tablesWith(going);
    await request();

    await eraseAll();

    const certificate = await erasures.findByReceipt(receiptHash);
    expect(certificate).toMatchObject({ dueAt: null, completedAt: expect.any(Date), people: 2 });
    const { sessions: _, tenants: __, ...rows } = before;
    const parts = Object.entries(certificate?.parts ?? {}).map(([name, part]) => [name, part.done]);
    expect(Object.fromEntries(parts)).toEqual(rows);
    const { rows: kept } = await admin.query("select to_jsonb(c) as row from burgee.deletion_certificates c");
    expect(JSON.stringify(kept)).not.toContain(going.userId);
  });
});

describe("an erasure", () => {
  test("tells how far it is, part by part", async () => {
    await request();
    await erasures.begin(going.tenantId);
    const begun = await erasures.findByReceipt(receiptHash);

    const batch = await erasures.eraseSome(going.tenantId, 1);

    const after = await erasures.findByReceipt(receiptHash);
    const part = batch.outcome === "erased" ? batch.part : "";
    expect(begun?.parts[part]).toEqual({ total: 1, done: 0 });
    expect(after?.parts[part]).toEqual({ total: 1, done: 1 });
    expect(after).toMatchObject({ begunAt: expect.any(Date), completedAt: null });
  });

  test("goes on after a crash between any two of its steps, by two workers at once", async () => {
    const seeded = await tablesWith(going);
    await request();
    await erasures.begin(going.tenantId);
    const worker = async () => {
      for (;;) {
        const another = openDatabases(database);
        const batch = await another.system.erasures.eraseSome(going.tenantId, 1);
        await another.close();
        if (batch.outcome === "nothing_left") return;
      }
    };

    await Promise.all([worker(), worker()]);
    await erasures.finish(going.tenantId);

    expect(Object.keys(seeded).length).toBeGreaterThan(25);
    expect(await tablesWith(going)).toEqual({});
  });

  test("ends in no certificate while anything is left", async () => {
    await request();
    await erasures.begin(going.tenantId);

    await expect(erasures.finish(going.tenantId)).rejects.toThrow("something of this tenant is left");
    expect(await erasures.findByReceipt(receiptHash)).toMatchObject({ completedAt: null });
  });

  test("begins when it is due and not before, and erases nothing that has not begun", async () => {
    await request(3_600_000);

    await erasures.begin(going.tenantId);

    expect(await erasures.listDue(100)).not.toContain(going.tenantId);
    expect(await erasures.eraseSome(going.tenantId, 9)).toEqual({ outcome: "erased_elsewhere" });
    await expect(erasures.finish(going.tenantId)).rejects.toThrow();
    expect(await erasures.findByReceipt(receiptHash)).toMatchObject({ begunAt: null });
  });

  test("once begun is not taken back, by whatever the application asks", async () => {
    await request();
    await erasures.begin(going.tenantId);

    expect(await db.transactAlone(going.tenantId, ({ deletions }) => deletions.cancel())).toBe(false);
    const { rowCount } = await inTenant(app, going.tenantId, (client) =>
      client.query("delete from burgee.tenant_deletions"),
    );
    expect(rowCount).toBe(0);
  });
});

describe("a tenant that is closed", () => {
  test("takes no more changes, and those that were under way are waited for", async () => {
    const entered = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const writing = db.transact(going.tenantId, async ({ projects }) => {
      entered.resolve();
      await goOn.promise;
      return projects.create({ key: "late", name: "Late" });
    });
    await entered.promise;
    const closing = request();
    const order: string[] = [];
    void closing.then(() => order.push("closed"));
    void writing.then(() => order.push("written"));

    await eventually(async () => {
      const { rows } = await admin.query(
        "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rows).toEqual([{ waiting: 1 }]);
    });
    goOn.resolve();
    await Promise.all([writing, closing]);

    expect(order).toEqual(["written", "closed"]);
    await expect(db.transact(going.tenantId, async () => 1)).rejects.toThrow(TenantClosedError);
  });

  test("takes changes again once it is kept", async () => {
    await request(3_600_000);

    expect(await db.transactAlone(going.tenantId, ({ deletions }) => deletions.cancel())).toBe(true);

    await expect(db.transact(going.tenantId, async () => 1)).resolves.toBe(1);
    expect(await erasures.findByReceipt(receiptHash)).toBeUndefined();
  });
});

describe("nobody else", () => {
  test.each([
    ["burgee_app erases a tenant", "select burgee.erase_some($1, 1)"],
    ["burgee_app begins it", "select burgee.begin_erasure($1)"],
    ["burgee_app deletes audit entries", "delete from burgee.audit_entries where tenant_id = $1"],
    ["burgee_app reads certificates", "select from burgee.deletion_certificates where erased_tenant = $1"],
  ])("%s", async (_, statement) => {
    const tried = inTenant(app, going.tenantId, (client) => client.query(statement, [going.tenantId]));

    await expect(tried).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  test("deletes audit entries of a tenant that stays, the owner of the table neither", async () => {
    await expect(
      admin.query("delete from burgee.audit_entries where tenant_id = $1", [going.tenantId]),
    ).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  test("deletes a person who belongs to a tenant", async () => {
    const systemPool = openDatabases({ ...database, appUrl: database.systemUrl });
    const { rowCount } = await systemPool.app.query("delete from burgee.users where user_id = $1", [
      going.userId,
    ]);
    await systemPool.close();

    expect(rowCount).toBe(0);
    expect(await isThere(going.userId)).toBe(true);
  });
});
