/** A process begins a transaction, locks an environment and falls silent: it is ended, and who waited goes on. */
import { setTimeout as pause } from "node:timers/promises";
import { createLogger, openPools } from "@burgee/runtime";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { openTrpc } from "../trpc-client.ts";
import { atLeast, atMost, count, never, quantile } from "../verdicts.ts";

const TOGGLE = "flipped";
const ENDED = "how long an idle transaction holds its locks";
const ENDED_WITHIN_MS = 11_000;
const GIVEN_UP_MS = 13_000;

export const idleTransaction: FaultRow = {
  name: "idle-transaction",
  faults: ["F29"],
  title: "a transaction that locks an environment is left open",
  planted: {
    "never-ended": {
      what: "a process opens its connections without a bound on idle transactions",
      breaks: [ENDED],
    },
  },
  run,
};

async function run({ short, planted, log, closing }: RunOptions): Promise<RowReport> {
  const times = short ? 1 : 10;
  const { postgres, burgee, tenants } = await openHouse(closing, { tenants: 2, toggles: [TOGGLE] });
  const [held, other] = tenants;
  if (!held || !other) throw new Error("There are two tenants.");
  const silent = createLogger({ level: "silent", name: "faults" });
  const { app } = openPools({ databaseUrl: postgres.url }, { applicationName: "faults", log: silent });
  const unbounded = new pg.Pool({ connectionString: postgres.appUrl });
  for (const pool of [app, unbounded]) {
    pool.on("error", () => undefined);
    closing.defer(() => pool.end());
  }
  const pool = planted.has("never-ended") ? unbounded : app;
  const heldMs: number[] = [];
  const othersMs: number[] = [];
  let othersRefused = 0;

  for (let time = 1; time <= times; time++) {
    const client = await pool.connect();
    client.on("error", () => undefined);
    await client.query("begin");
    await client.query("select set_config('burgee.tenant_id', $1, true)", [held.tenantId]);
    await client.query("select from burgee.environments for update");
    const lockedMs = performance.now();
    const trying = new AbortController();
    const neighbour = (async () => {
      const trpc = openTrpc(burgee.url, other.personalKey);
      while (!trying.signal.aborted) {
        const askedMs = performance.now();
        await flip(trpc).catch(() => {
          othersRefused += 1;
        });
        othersMs.push(performance.now() - askedMs);
        await pause(50);
      }
    })();
    const trpc = openTrpc(burgee.url, held.personalKey);
    await eventually(() => flip(trpc), { timeoutMs: GIVEN_UP_MS, intervalMs: 100 }).catch(() => undefined);
    heldMs.push(performance.now() - lockedMs);
    trying.abort();
    await neighbour;
    client.release(true);
    log(`${time} of ${times}: held for ${count(heldMs.at(-1) ?? 0)} ms`);
  }

  return {
    verdicts: [
      atLeast("how long the lock was held", Math.min(...heldMs), 5_000, "ms"),
      atMost(ENDED, Math.max(...heldMs), ENDED_WITHIN_MS, "ms"),
      never("changes of another tenant that were refused meanwhile", othersRefused, {
        n: othersMs.length,
        what: "changes",
      }),
    ],
    figures: [
      {
        name: "what another tenant's change took meanwhile",
        value: `p50 ${count(quantile(othersMs, 0.5))} ms, p99 ${count(quantile(othersMs, 0.99))} ms, n = ${othersMs.length}`,
      },
    ],
  };
}

async function flip(trpc: ReturnType<typeof openTrpc>): Promise<void> {
  const { settings } = await trpc.toggles.get.query({ key: TOGGLE });
  const { version: expectedVersion = 0, enabled = false } = settings[0] ?? {};
  await trpc.settings.setEnabled.mutate({ toggle: TOGGLE, enabled: !enabled, expectedVersion });
}
