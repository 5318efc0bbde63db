/** The primary dies and its standby takes its place, again and again, while many write: what was acknowledged is there too. */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import { type LineToServer, openLine } from "../../support/line-to-server.ts";
import { OwnPostgres } from "../../support/own-postgres.ts";
import { type ChangeEvent, startWriters } from "../changes.ts";
import { checkChanges, LOST } from "../check-changes.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { randomFrom } from "../random.ts";
import { recordStored, type StoredEvent } from "../stored-changes.ts";
import { atLeast, atMost, count, quantile } from "../verdicts.ts";

const TENANTS = 2;
const TOGGLES = Array.from({ length: 8 }, (_, index) => `toggle-${index}`);
const BETWEEN_MS = 1_500;
/** How long the standby is cut off before the primary dies: one that is waited for lets nobody commit meanwhile. */
const BEHIND_MS = 300;
const UNAVAILABLE_MS = 30_000;
const PATIENCE = { timeoutMs: 60_000 };

export const standbyPromoted: FaultRow = {
  name: "standby-promoted",
  faults: ["F3"],
  title: "the primary is killed (kill -9) under 16 writers, and its synchronous standby promoted",
  planted: {
    "asynchronous-standby": { what: "the primary does not wait for its standby", breaks: [LOST] },
  },
  run,
};

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const promotions = short ? 1 : 10;
  const waitsFor = planted.has("asynchronous-standby") ? "" : "*";
  const line = await openLine();
  closing.defer(() => line.close());
  const wanted = { tenants: TENANTS, toggles: TOGGLES, databaseThrough: line.through };
  const { postgres, burgee, tenants } = await openHouse(closing, wanted);
  const stopping = new AbortController();
  closing.defer(() => stopping.abort());
  const { signal } = stopping;
  const writers = startWriters({ url: burgee.url, tenants, toggles: TOGGLES, history, seed, signal });

  const random = randomFrom(seed);
  const unavailableMs: number[] = [];
  let primary = postgres;
  for (let turn = 1; turn <= promotions; turn++) {
    const replication = await openLine();
    closing.defer(() => replication.close());
    const standby = await follow(primary, replication, waitsFor);
    closing.defer(() => standby.remove());
    await pause(BETWEEN_MS * (0.5 + random.next()));
    replication.cut();
    await pause(BEHIND_MS);
    primary.fail("SIGKILL");
    const killedMs = performance.now();
    await ask(standby, "select pg_promote()");
    line.switchTo(standby.url);
    const before = writers.acknowledged();
    await eventually(() => writers.acknowledged() > before, PATIENCE);
    unavailableMs.push(performance.now() - killedMs);
    primary = standby;
    log(`promoted ${turn} of ${promotions} times, ${count(writers.acknowledged())} changes acknowledged`);
  }
  await pause(BETWEEN_MS);
  stopping.abort();
  await writers.done;
  await recordStored(history, primary.url);

  const { verdicts, counts } = checkChanges(history.read<ChangeEvent | StoredEvent>());
  return {
    verdicts: [
      atLeast("changes acknowledged", counts.acknowledged, promotions * 10, "changes"),
      ...verdicts,
      atMost(
        "from a primary's death to the next acknowledgement",
        Math.max(...unavailableMs),
        UNAVAILABLE_MS,
        "ms",
      ),
    ],
    figures: [
      {
        name: "from a primary's death to the next acknowledgement",
        value: `p50 ${count(quantile(unavailableMs, 0.5))} ms, n = ${promotions}; of it ours is what follows the promotion`,
      },
    ],
  };
}

/** A standby of `primary`, which waits for it from now on where `waitsFor` says so. */
async function follow(primary: OwnPostgres, line: LineToServer, waitsFor: "" | "*"): Promise<OwnPostgres> {
  const { hostname, port, username, password } = new URL(line.through(primary.adminUrl));
  const standby = await OwnPostgres.open(
    await primary.copy("standby", [
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'`,
      "synchronous_standby_names = ''",
    ]),
  );
  await ask(primary, `alter system set synchronous_standby_names = '${waitsFor}'`, "select pg_reload_conf()");
  const state = waitsFor === "*" ? "sync" : "async";
  await eventually(async () => {
    const rows = await ask(primary, "select sync_state from pg_stat_replication where state = 'streaming'");
    return rows[0]?.sync_state === state;
  }, PATIENCE);
  return standby;
}

async function ask(
  server: OwnPostgres,
  ...statements: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    let rows: readonly Readonly<Record<string, unknown>>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
