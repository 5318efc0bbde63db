import { openSystemDatabase } from "@burgee/db";
import { createLogger, openPools } from "@burgee/runtime";
import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { inTurn } from "./in-turn.ts";

const database = await createDatabase();
const log = createLogger({ level: "silent", name: "test" });
const pools = openPools({ databaseUrl: database.url }, { applicationName: "test", log });
const system = openSystemDatabase(pools.system);
const admin = new pg.Client({ connectionString: database.url });
await admin.connect();
const { signal } = new AbortController();
const HOUR_MS = 3_600_000;

afterAll(async () => {
  await Promise.all([admin.end(), system.close(), pools.app.end()]);
  await database.drop();
});

test("what costs is done by one of eight workers, and again only when it is due", async () => {
  let times = 0;
  const work = async () => void times++;
  const ask = () => inTurn({ system }, { name: "once", everyMs: HOUR_MS, signal }, work);

  const first = await Promise.all(Array.from({ length: 8 }, ask));
  const early = await ask();
  await admin.query("update burgee.upkeep_turns set next_at = now() where name = 'once'");
  const due = await ask();

  expect([first.filter(Boolean).length, early, due, times]).toEqual([1, false, true, 2]);
});

test("whoever takes over from one that showed no life goes on, and the other stops", async () => {
  const gone: boolean[] = [];
  const options = { name: "slow", everyMs: HOUR_MS, signal };

  await inTurn({ system }, options, async ({ goOn }) => {
    gone.push(await goOn({ done: 3, total: 9 }));
    const { rows } = await admin.query("select done, total from burgee.upkeep_turns where name = 'slow'");
    expect(rows).toEqual([{ done: "3", total: "9" }]);
    await admin.query("update burgee.upkeep_turns set held_until = now() where name = 'slow'");
    const isTaken = await inTurn({ system }, options, async (other) => void gone.push(await other.goOn()));
    gone.push(isTaken, await goOn());
  });

  expect(gone).toEqual([true, true, true, false]);
});

test("what failed is due again after a minute, and what was stopped at once", async () => {
  const failing = inTurn({ system }, { name: "failing", everyMs: HOUR_MS, signal }, async () => {
    throw new Error("No.");
  });
  await expect(failing).rejects.toThrow("No.");
  const stopping = new AbortController();
  await inTurn(
    { system },
    { name: "stopped", everyMs: HOUR_MS, signal: stopping.signal },
    async ({ goOn }) => {
      stopping.abort();
      expect(await goOn()).toBe(false);
    },
  );

  const { rows } = await admin.query(
    "select name, ceil(extract(epoch from next_at - now()) / 60)::int as minutes from burgee.upkeep_turns where name in ('failing', 'stopped') order by name",
  );
  expect(rows).toEqual([
    { name: "failing", minutes: 1 },
    { name: "stopped", minutes: 0 },
  ]);
});
