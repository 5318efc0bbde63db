import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";

const database = await createDatabase();

afterAll(() => database.drop());

test.each([
  ["burgee_app", database.appUrl],
  ["burgee_system", database.systemUrl],
])("%s runs nothing as the owner by a temporary type of a built-in one's name", async (_, url) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ranAs: string[] = [];
  client.on("notice", ({ message }) => ranAs.push(message ?? ""));
  await client.query(`
    create function pg_temp.spy(value pg_catalog.date) returns boolean language plpgsql as
      $$ begin raise notice '%', current_user; return true; end $$;
    create domain pg_temp.date as pg_catalog.date check (pg_temp.spy(value))`);

  await client.query("select burgee.make_month_partitions(1)");

  expect(ranAs).toEqual([]);
  await client.end();
});
