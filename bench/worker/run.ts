/**
 * `npm run bench:worker`: what a worker does in a second, on both backends of the queue, beside a bare BullMQ job of one UPDATE. Medians of
 * interleaved rounds; the work is in the queue before the clock starts. CPU time is this process's, which is the worker; PostgreSQL
 * and Redis have their own.
 */

import pg from "pg";
import { findRedisProgram } from "../../launcher/redis-program.mjs";
import { openHouse } from "../../test/faults/open-house.ts";
import { privateFolder } from "../../test/support/private-folder.ts";
import { quantile } from "../measure.ts";
import { bareSide } from "./bare.ts";
import { jobSide, stepSide } from "./ours.ts";
import { type Bench, makeRows, type Side } from "./side.ts";

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

const ROUNDS = Number(process.env.BURGEE_WORKER_ROUNDS ?? 5);
const TENANTS = 8;
const TOGGLES = ["one", "two", "three"];

for (const backend of ["Redis", "PostgreSQL"] as const) {
  const redis = backend === "Redis" ? findRedisProgram(privateFolder("cache")) : undefined;
  if (redis && "unavailable" in redis) {
    console.log(`\nThe queue in ${backend}: left out, ${redis.unavailable}.`);
    continue;
  }
  await measure(backend);
}

async function measure(backend: "Redis" | "PostgreSQL"): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const wanted = { tenants: TENANTS, toggles: TOGGLES, worker: false, redis: backend === "Redis" };
  const { postgres, queue, burgee, tenants } = await openHouse(closing, wanted);
  const pool = closing.adopt(new pg.Pool({ connectionString: postgres.url }), (open) => open.end());
  await makeRows(pool);
  const bench: Bench = {
    databaseUrl: postgres.url,
    pool,
    queue: queue
      ? { kind: "redis", url: queue.url }
      : { kind: "postgres", url: postgres.url, role: "burgee_system" },
  };
  const sides = [
    bareSide(bench),
    jobSide(bench),
    stepSide(bench, { url: burgee.url, tenants, toggles: TOGGLES }),
  ];

  const rounds = sides.map((): Round[] => []);
  // The first round is for what a runtime compiles.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [at, side] of sides.entries()) {
      const measured = await measureRound(side);
      if (round > 0) rounds[at]?.push(measured);
    }
  }
  print(backend, sides, rounds);
}

async function measureRound(side: Side): Promise<Round> {
  const amount = await side.fill();
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  const working = side.begin();
  await working.done;
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - startedMs) / 1_000;
  await working.close();
  return { perSecond: amount / seconds, cpuMicroseconds: (user + system) / amount };
}

function print(backend: string, sides: readonly Side[], rounds: readonly (readonly Round[])[]): void {
  const median = (of: readonly Round[], by: (round: Round) => number) => quantile(of.map(by), 0.5);
  const figures = sides.map((side, at) => ({
    ...side,
    perSecond: median(rounds[at] ?? [], (round) => round.perSecond),
    cpu: median(rounds[at] ?? [], (round) => round.cpuMicroseconds),
  }));
  const [bare] = figures;
  console.log(`\nThe queue in ${backend} (one worker, 8 at a time; medians of ${ROUNDS} rounds)`);
  for (const { name, unit, perSecond, cpu } of figures) {
    const isBare = name === bare?.name;
    const ratio = isBare ? "" : `${(perSecond / (bare?.perSecond ?? Number.NaN)).toFixed(2)} x bare`;
    const ofCpu = isBare ? "" : `${(cpu / (bare?.cpu ?? Number.NaN)).toFixed(2)} x bare`;
    console.log(
      `  ${name.padEnd(34)} ${Math.round(perSecond).toLocaleString("en").padStart(7)} ${unit}/s ${ratio.padStart(12)}   ${Math.round(cpu).toLocaleString("en").padStart(7)} µs of CPU each ${ofCpu.padStart(12)}`,
    );
  }
}
