/** One tenant's changes all wait for a lock, as many as it can send: fifty others go on as before. */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { openTrpc, type Trpc } from "../trpc-client.ts";
import { atLeast, atMost, count, never, quantile } from "../verdicts.ts";

const TOGGLE = "flipped";
const QUIET = 50;
const NOISY_REQUESTS = 64;
const REFUSED = "requests of quiet tenants that were refused";
const SLOWER = "the quiet tenants' p99 beside the noisy one's, in their p99 without it";
/** A p99 of few, on a machine that does other things as well, tells little; the full run asks for what the catalogue does. */
const RATIO = { short: 5, full: 1.2 };
const CONNECTIONS = 10;
const GIVEN_UP_MS = 2_000;

export const noisyTenant: FaultRow = {
  name: "noisy-tenant",
  faults: ["F30"],
  title: "one tenant's changes wait for a lock, 64 at a time, beside 50 quiet tenants",
  planted: {
    "one-pool-for-all": { what: "all tenants' work takes connections as it comes", breaks: [REFUSED] },
  },
  run,
};

async function run({ short, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { rounds, roundMs } = short ? { rounds: 2, roundMs: 2_000 } : { rounds: 10, roundMs: 10_000 };
  const quietTenants = short ? 10 : QUIET;
  const { postgres, burgee, tenants } = await openHouse(closing, {
    tenants: 1 + quietTenants,
    toggles: [TOGGLE],
  });
  const [noisy, ...quiet] = tenants;
  if (!noisy) throw new Error("There is no tenant.");
  const holder = new pg.Pool({ connectionString: postgres.url, max: 1 });
  const shared = new pg.Pool({
    connectionString: postgres.url,
    max: CONNECTIONS,
    connectionTimeoutMillis: GIVEN_UP_MS,
  });
  for (const pool of [holder, shared]) closing.defer(() => pool.end());
  const byItself: number[] = [];
  const beside: number[] = [];
  let refused = 0;
  let noisyAnswers = 0;

  for (let round = 0; round < 2 * rounds; round++) {
    const isNoisy = round % 2 === 1;
    const tookMs = isNoisy ? beside : byItself;
    const ending = AbortSignal.timeout(roundMs);
    const release = isNoisy ? await holdEnvironments(holder, noisy.tenantId) : async () => undefined;
    const noise = isNoisy
      ? Array.from({ length: NOISY_REQUESTS }, async () => {
          const trpc = openTrpc(burgee.url, noisy.personalKey);
          const ask = planted.has("one-pool-for-all")
            ? () => lockIn(shared, noisy.tenantId)
            : () => flip(trpc);
          while (!ending.aborted) {
            await ask().catch(() => pause(100));
            noisyAnswers += 1;
          }
        })
      : [];
    const work = quiet.map(async ({ tenantId, personalKey }) => {
      const trpc = openTrpc(burgee.url, personalKey);
      const ask = planted.has("one-pool-for-all") ? () => lockIn(shared, tenantId) : () => flip(trpc);
      while (!ending.aborted) {
        const askedMs = performance.now();
        await ask().catch((error: unknown) => {
          refused += 1;
          history.record({ type: "refused", error: String(error) });
        });
        tookMs.push(performance.now() - askedMs);
        await pause(100);
      }
    });
    await pause(roundMs);
    await Promise.all(work);
    await release();
    await Promise.all(noise);
    log(
      `round ${round + 1} of ${2 * rounds}: ${count(byItself.length + beside.length)} requests of quiet tenants`,
    );
  }

  const [before, during] = [byItself, beside].map((tookMs) => quantile(tookMs, 0.99));
  const requests = byItself.length + beside.length;
  return {
    verdicts: [
      atLeast("requests of the noisy tenant", noisyAnswers, NOISY_REQUESTS, "requests"),
      never(REFUSED, refused, { n: requests, what: "requests" }),
      atMost(SLOWER, (during ?? 0) / (before ?? 1), short ? RATIO.short : RATIO.full, "x"),
    ],
    figures: [
      {
        name: "p99 of a quiet tenant's change",
        value: `${count(before ?? 0)} ms by themselves, ${count(during ?? 0)} ms beside the noisy one, n = ${requests}`,
      },
    ],
  };
}

async function flip(trpc: Trpc): Promise<void> {
  const { settings } = await trpc.toggles.get.query({ key: TOGGLE });
  const { version: expectedVersion = 0, enabled = false } = settings[0] ?? {};
  await trpc.settings.setEnabled.mutate({ toggle: TOGGLE, enabled: !enabled, expectedVersion });
}

/** Locks a tenant's environments until the answer is called. */
async function holdEnvironments(holder: pg.Pool, tenantId: string): Promise<() => Promise<void>> {
  const client = await holder.connect();
  await client.query("begin");
  await client.query("select from burgee.environments where tenant_id = $1 for update", [tenantId]);
  return async () => {
    await client.query("rollback");
    client.release();
  };
}

async function lockIn(pool: pg.Pool, tenantId: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select from burgee.environments where tenant_id = $1 for update", [tenantId]);
  } finally {
    await client.query("rollback");
    client.release();
  }
}
