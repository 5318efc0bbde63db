import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { removePostgres, startPostgres } from "../../../launcher/embedded-postgres.mjs";
import { type OpenDatabases, openDatabases } from "../test/open-databases.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";

const MONTHLY = [
  "audit_entries",
  "outbox",
  "toggle_usage",
  "tracked_events",
  "unknown_toggle_usage",
  "usage_drops",
];
const names = Object.keys(migrations);

describe("a fresh database", () => {
  test("gets every migration in order, and a second call runs nothing", async () => {
    const { url } = await anEmptyDatabase();

    expect(await migrate({ url })).toEqual(names);
    expect(await migrate({ url })).toEqual([]);
  });

  test("is migrated once where several start at once", async () => {
    const { url } = await anEmptyDatabase();

    const ran = await Promise.all(Array.from({ length: 4 }, () => migrate({ url })));

    expect(ran.flat()).toEqual(names);
  });

  test("says which migration failed, and stays as it was", async () => {
    const { url } = await anEmptyDatabase();
    await query(url, "create schema burgee; create table burgee.projects (id int)");
    await query(url, "alter schema burgee owner to burgee_owner");

    await expect(migrate({ url })).rejects.toThrow("Migration 0003-projects-and-environments failed.");
    expect(
      await query(
        url,
        "select tablename from pg_tables where schemaname = 'burgee' and tablename = 'tenants'",
      ),
    ).toEqual([]);
  });
});

describe("months", () => {
  test("this one and the three to come have partitions", async () => {
    const { url } = await aDatabase();

    const months = await query(
      url,
      "select to_char(date_trunc('month', now() at time zone 'utc') + make_interval(months => n), 'YYYY_MM') as month from generate_series(0, 3) n",
    );
    const expected = MONTHLY.flatMap((table) => [
      ...months.map(({ month }) => `${table}_${month}`),
      `${table}_default`,
    ]);
    expect(await partitionsOf(url, MONTHLY)).toEqual(expected.toSorted());
  });

  test("are made once, and further ahead where asked", async () => {
    const database = await aDatabase();
    const { system } = opened(database);

    expect(await system.makeMonthPartitions(3)).toBe(0);
    const made = await Promise.all([1, 2, 3, 4].map(() => system.makeMonthPartitions(5)));

    expect(made.toSorted()).toEqual([0, 0, 0, 2 * MONTHLY.length]);
  });

  test("a row of a month that nobody made goes to the default partition, where making the month leaves it", async () => {
    const database = await aDatabase();
    const { admin, system } = opened(database);
    await admin.query("insert into burgee.tenants values (gen_random_uuid(), 'Acme')");
    await admin.query(
      `insert into burgee.audit_entries
       select tenant_id, date_trunc('month', now() at time zone 'utc') + interval '5 months', 1, now(), 'system', 'a', 'o', null, null, null, null, null, '', ''
         from burgee.tenants`,
    );

    const made = await system.makeMonthPartitions(6);

    expect((await admin.query("select tableoid::regclass::text from burgee.audit_entries")).rows).toEqual([
      { tableoid: "burgee.audit_entries_default" },
    ]);
    expect(made).toBe(3 * MONTHLY.length - 1);
  });
});

describe("the roles that serve", () => {
  test("may not make temporary objects in a database that was migrated", async () => {
    const { url, appUrl, systemUrl } = await anEmptyDatabase();
    await migrate({ url });

    for (const each of [appUrl, systemUrl]) {
      await expect(query(each, "create temp table t ()")).rejects.toMatchObject({ code: "42501" });
    }
  });
});

describe("a login that is no superuser", () => {
  const folder = mkdtempSync(join(tmpdir(), "burgee-migrate-"));
  const dataDir = join(folder, "postgres");
  let server: Awaited<ReturnType<typeof startPostgres>>;

  beforeAll(async () => {
    server = await startPostgres({ dataDir, durable: false });
  });
  afterAll(async () => {
    await server.stop();
    await removePostgres(dataDir);
    rmSync(folder, { recursive: true });
  });

  test("with CREATEROLE makes the roles and migrates a database of its own, twice", async () => {
    await query(server.url, "create role deployer login createrole password 'secret'");
    await query(server.url, "create database toggles owner deployer");
    const url = loginTo("deployer", "toggles");

    expect(await migrate({ url })).toEqual(names);
    expect(await migrate({ url })).toEqual([]);
    expect(await query(url, "set role burgee_app; select current_user")).toEqual([
      { current_user: "burgee_app" },
    ]);
  });

  test("without any right passes where roles and schema were made beforehand", async () => {
    await query(server.url, "create role tenant_of_a_server login password 'secret'");
    await query(server.url, "grant burgee_migrate to tenant_of_a_server");
    await query(server.url, "create database prepared");
    await query(onServer("postgres", "prepared"), "create schema burgee authorization burgee_owner");
    const url = loginTo("tenant_of_a_server", "prepared");

    expect(await migrate({ url })).toEqual(names);
  });

  test("as burgee_migrate goes on with what a superuser began", async () => {
    await query(server.url, "create database begun");
    await migrate({ url: onServer("postgres", "begun") });
    await query(server.url, "alter role burgee_migrate login password 'secret'");

    const url = loginTo("burgee_migrate", "begun");

    expect(await migrate({ url })).toEqual([]);
    await expect(query(url, "create schema bullmq")).resolves.toBeDefined();
  });

  function loginTo(user: string, database: string): string {
    const url = new URL(onServer(user, database));
    url.password = "secret";
    return url.href;
  }

  function onServer(user: string, database: string): string {
    const url = new URL(server.url);
    url.username = user;
    url.pathname = `/${database}`;
    return url.href;
  }
});

async function aDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const database = await createDatabase({ empty });
  onTestFinished(() => database.drop());
  return database;
}

function opened(database: TestDatabase): OpenDatabases {
  const databases = openDatabases(database);
  onTestFinished(() => databases.close());
  return databases;
}

function anEmptyDatabase(): Promise<TestDatabase> {
  return aDatabase({ empty: true });
}

async function partitionsOf(url: string, parents: readonly string[]): Promise<readonly string[]> {
  const rows = await query(
    url,
    `select relname from pg_class join pg_inherits on inhrelid = oid
      where relkind = 'r' and inhparent::regclass::text in (${parents.map((name) => `'burgee.${name}'`).join()})`,
  );
  return rows.map(({ relname }) => relname).toSorted();
}

async function query(url: string, statement: string): Promise<readonly pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results: pg.QueryResult | pg.QueryResult[] = await client.query(statement);
    return Array.isArray(results) ? (results.at(-1)?.rows ?? []) : results.rows;
  } finally {
    await client.end();
  }
}
