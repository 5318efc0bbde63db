/** Many change several environments at once, and somebody locks them the other way round: nobody hears of a deadlock. */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { statusOf } from "../changes.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { type Random, randomFrom } from "../random.ts";
import { openTrpc, type Trpc } from "../trpc-client.ts";
import { atLeast, count, never } from "../verdicts.ts";

const ENVIRONMENTS = ["production", "staging", "testing"];
const FAILED = "changes that were answered with a 5xx";

export const deadlocks: FaultRow = {
  name: "deadlocks",
  faults: ["F31"],
  title: "changes of several environments, in random order, beside one that locks them in the other order",
  planted: {
    "no-retry": { what: "a change is not tried again after a deadlock", breaks: [FAILED] },
  },
  run,
};

async function run({ short, seed, planted, log, closing }: RunOptions): Promise<RowReport> {
  const { writers, lastsMs } = short ? { writers: 6, lastsMs: 6_000 } : { writers: 12, lastsMs: 120_000 };
  const toggles = Array.from({ length: writers }, (_, index) => `toggle-${index}`);
  const { postgres, burgee, tenant } = await openHouse(closing, {
    tenants: 1,
    environments: ENVIRONMENTS,
    toggles,
  });
  const admin = new pg.Pool({ connectionString: postgres.url });
  closing.defer(() => admin.end());
  // So that they are found soon, and there are many.
  await admin.query("alter system set deadlock_timeout = '50ms'");
  await admin.query("select pg_reload_conf()");
  const { rows } = await admin.query<{ readonly id: string }>(
    "select environment_id as id from burgee.environments order by environment_id",
  );
  const ids = rows.map(({ id }) => id);
  const ending = AbortSignal.timeout(lastsMs);
  const tally = { done: 0, refused: 0, failed: new Map<string, number>() };
  const fail = (why: string) => tally.failed.set(why, (tally.failed.get(why) ?? 0) + 1);

  const writing = Array.from({ length: writers }, async (_, index) => {
    const trpc = openTrpc(burgee.url, tenant.personalKey);
    const random = randomFrom(seed * 100 + index);
    while (!ending.aborted) {
      try {
        await change(trpc, random, `toggle-${index}`);
        tally.done += 1;
      } catch (error) {
        const status = statusOf(error);
        // A conflict says that somebody else was there first: an answer as good as any.
        if (status !== undefined && status < 500) tally.refused += 1;
        else fail(`${status ?? error}`);
      }
    }
  });
  const crossing = (async () => {
    const random = randomFrom(seed);
    while (!ending.aborted) {
      const outcome = await lockBackwards(admin, ids.toReversed());
      if (planted.has("no-retry") && outcome === "deadlock") fail("a deadlock, and no second try");
      await pause(random.below(150));
    }
  })();
  await Promise.all([...writing, crossing]);
  const { rows: counted } = await admin.query<{ readonly deadlocks: number }>(
    "select sum(deadlocks)::int as deadlocks from pg_stat_database",
  );
  const met = counted[0]?.deadlocks ?? 0;
  log(`${count(met)} deadlocks, ${count(tally.done)} changes`);

  const failed = [...tally.failed.values()].reduce((sum, times) => sum + times, 0);
  const verdict = never(FAILED, failed, { n: tally.done + tally.refused + failed, what: "changes" });
  return {
    verdicts: [
      atLeast("deadlocks met", met, 1, "deadlocks"),
      failed === 0
        ? verdict
        : { ...verdict, seen: `${verdict.seen}: ${[...tally.failed.keys()].join("; ")}` },
    ],
    figures: [
      {
        name: "changes",
        value: `${count(tally.done)} made, ${count(tally.refused)} refused as conflicts; ${count(met)} deadlocks`,
      },
    ],
  };
}

/** One environment's setting, or what all environments share. */
async function change(trpc: Trpc, random: Random, toggle: string): Promise<void> {
  const environment = random.pick(ENVIRONMENTS);
  if (random.next() < 0.5) {
    const { settings } = await trpc.toggles.get.query({ key: toggle });
    const setting = settings.find((each) => each.environment === environment);
    const { version: expectedVersion = 0, enabled = false } = setting ?? {};
    await trpc.settings.setEnabled.mutate({ environment, toggle, enabled: !enabled, expectedVersion });
    return;
  }
  const key = `new-${random.below(2 ** 31)}`;
  await trpc.toggles.create.mutate({ key, default: true });
}

/** Takes the locks that a change of all environments takes, last one first. */
async function lockBackwards(admin: pg.Pool, ids: readonly string[]): Promise<"done" | "deadlock"> {
  const client = await admin.connect();
  try {
    await client.query("begin");
    for (const id of ids) {
      await client.query("select from burgee.environments where environment_id = $1 for update", [id]);
      await pause(5);
    }
    return "done";
  } catch {
    return "deadlock";
  } finally {
    await client.query("rollback");
    client.release();
  }
}
