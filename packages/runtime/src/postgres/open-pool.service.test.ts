import { createDatabase, eventually } from "@burgee/test-support";
import { afterAll, expect, test } from "vitest";
import { createLogger } from "../log/create-logger.ts";
import { openPool, type PoolOptions } from "./open-pool.ts";

const database = await createDatabase();
const log = createLogger({ level: "silent", name: "test" });
const options: PoolOptions = {
  url: database.url,
  role: "burgee_app",
  applicationName: "open-pool-test",
  max: 2,
  statementTimeoutMs: 200,
  lockTimeoutMs: 100,
  idleInTransactionTimeoutMs: 100,
  log,
};

afterAll(() => database.drop());

test("takes on role, schema and name before the first query", async () => {
  const pool = openPool(options);

  const { rows } = await pool.query(
    "select current_user, current_setting('search_path') as path, current_setting('application_name') as name",
  );

  expect(rows).toEqual([{ current_user: "burgee_app", path: "burgee", name: "open-pool-test" }]);
  await pool.end();
});

test("ends a statement that runs too long, and stays usable", async () => {
  const pool = openPool(options);

  await expect(pool.query("select pg_sleep(30)")).rejects.toMatchObject({ code: "57014" });
  await expect(pool.query("select 1 as one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await pool.end();
});

test("ends a transaction that sits idle", async () => {
  const pool = openPool(options);
  const client = await pool.connect();
  const lost = new Promise<Error>((resolve) => client.once("error", resolve));

  await client.query("begin");

  expect(await lost).toMatchObject({ code: "25P03" });
  client.release(true);
  await pool.end();
});

test("outlives the loss of a connection at work, whose next statement fails", async () => {
  const pool = openPool(options);
  const client = await pool.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  const ended = new Promise<void>((resolve) => client.once("end", resolve));

  const admin = openPool({ ...options, role: undefined });
  await admin.query("select pg_terminate_backend($1)", [rows[0].pid]);
  await ended;

  await expect(client.query("select 1")).rejects.toThrow();
  client.release(true);
  await expect(pool.query("select 1 as one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await pool.end();
  await admin.end();
});

test("outlives the loss of an idle connection, and logs it", async () => {
  const written: string[] = [];
  const sink = { write: (line: string) => written.push(line) };
  const pool = openPool({ ...options, log: createLogger({ level: "warn", name: "test", sink }) });
  const admin = openPool({ ...options, role: undefined });
  const { rows } = await pool.query("select pg_backend_pid() as pid");

  await admin.query("select pg_terminate_backend($1)", [rows[0].pid]);
  await eventually(() => expect(written.join("")).toContain("An idle Postgres connection was lost."));

  await expect(pool.query("select 1 as one")).resolves.toMatchObject({ rows: [{ one: 1 }] });
  await pool.end();
  await admin.end();
});
