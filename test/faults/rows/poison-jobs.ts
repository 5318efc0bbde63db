/** One job in a hundred fails whatever is tried: it is put aside after eight tries, the others go on, and it is done once it can be. */
import { accessOf, applyRolloutStepJob, type Caller, replayDeadLetter } from "@burgee/core";
import { newId, openDatabase, openSystemDatabase, type RolloutPlanId } from "@burgee/db";
import { createLogger, createQueues, defineJob, openPools, startWorker } from "@burgee/runtime";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import { OwnPostgres } from "../../support/own-postgres.ts";
import { OwnRedis } from "../../support/own-redis.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { foundTenants } from "../found-tenants.ts";
import { all, atMost, count, never, quantile } from "../verdicts.ts";

const LETTERS = "poison jobs that are a dead letter after eight tries, each once";
const REPLAYED = "poison jobs done once, after two asked for each replay at once";
const SLOWER = "how long healthy jobs take beside poison, in what they take without";
const TRIES = 8;
const POISON_SHARE = 0.01;
const POISON = 666;
/** A machine that does other things as well shows little of a few seconds; the full run asks for what the catalogue does. */
const RATIO = { short: 2, full: 1.05 };
const PATIENCE_MS = 20_000;

export const poisonJobs: FaultRow = {
  name: "poison-jobs",
  faults: ["F25"],
  title: "one job of a hundred fails at every try, and is replayed once it can be done",
  needs: ["redis"],
  planted: {
    "endless-tries": { what: "a job that fails is tried again without end", breaks: [LETTERS, REPLAYED] },
  },
  run,
};

async function run({ short, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { rounds, jobs } = short ? { rounds: 2, jobs: 200 } : { rounds: 10, jobs: 5_000 };
  const isEndless = planted.has("endless-tries");
  const postgres = await OwnPostgres.start({ durable: false });
  closing.defer(() => postgres.remove());
  const redis = await OwnRedis.start();
  closing.defer(() => redis.remove());
  const [tenant] = await foundTenants(postgres.url, { tenants: 1, toggles: [] });
  if (!tenant) throw new Error("There is no tenant.");
  const { tenantId } = tenant;
  const admin = new pg.Pool({ connectionString: postgres.url, max: 8 });
  closing.defer(() => admin.end());

  const process = { applicationName: "faults", log: createLogger({ level: "silent", name: "faults" }) };
  const pools = openPools({ databaseUrl: postgres.url }, process);
  const [db, system] = [openDatabase(pools.app), openSystemDatabase(pools.system)];
  for (const door of [db, system]) closing.defer(() => door.close());
  const connection = { kind: "redis", url: redis.url } as const;
  const queues = createQueues(connection, process);
  closing.defer(() => queues.close());

  let isCured = false;
  const done = new Map<string, number>();
  const job = defineJob({
    ...applyRolloutStepJob,
    backoffMs: 20,
    ...(isEndless ? { attempts: 1_000_000 } : {}),
    run: async (_deps: object, { rolloutPlanId, step }) => {
      if (step === POISON && !isCured) throw new Error("poison");
      await admin.query("select pg_sleep(0.002)");
      done.set(rolloutPlanId, (done.get(rolloutPlanId) ?? 0) + 1);
    },
  });
  const startWork = () =>
    startWorker<object>({
      ...{ connection, ...process, jobs: [job], deps: {}, concurrency: 8, closeBoundMs: 2_000 },
      onFailedForGood: ({ job: source, payload, attempts, cause }) =>
        system.addDeadLetter({ tenantId, source, payload: Object(payload), error: String(cause), attempts }),
    });
  const add = async (step: number) => {
    const rolloutPlanId = newId<RolloutPlanId>();
    await queues.enqueue(job, { tenantId, rolloutPlanId, step, version: 1 });
    return rolloutPlanId;
  };

  const tookMs = { without: [] as number[], beside: [] as number[] };
  const poison: RolloutPlanId[] = [];
  let healthyJobs = 0;
  for (let round = 0; round < 2 * rounds; round++) {
    const isPoisoned = round % 2 === 1;
    const healthy: RolloutPlanId[] = [];
    for (let at = 0; at < jobs; at++) {
      healthy.push(await add(1));
      if (isPoisoned && at % (1 / POISON_SHARE) === 0) poison.push(await add(POISON));
    }
    const startedMs = performance.now();
    const worker = startWork();
    await eventually(() => healthy.every((id) => done.has(id)), { timeoutMs: 120_000 });
    (isPoisoned ? tookMs.beside : tookMs.without).push(performance.now() - startedMs);
    healthyJobs += healthy.length;
    await givenTime(async () => (await letters()).length === poison.length);
    await worker.close();
  }
  const kept = await letters();
  history.record({ type: "poisoned", poison: poison.length, letters: kept.length, ...tookMs });
  log(
    `${count(healthyJobs)} healthy jobs, ${count(poison.length)} poison, ${count(kept.length)} dead letters`,
  );

  isCured = true;
  const worker = startWork();
  const caller = callerOf();
  const stranger = kept.filter(({ payload }) => !poison.includes(payload.rolloutPlanId));
  for (const { id } of kept)
    await Promise.all([replayDeadLetter(caller, { id }), replayDeadLetter(caller, { id })]);
  await givenTime(() => poison.every((id) => done.has(id)));
  await worker.close();

  const exact = poison.filter(
    (id) =>
      kept.filter(({ payload, attempts }) => payload.rolloutPlanId === id && attempts === TRIES).length === 1,
  );
  const ratio = quantile(tookMs.beside, 0.5) / quantile(tookMs.without, 0.5);
  return {
    verdicts: [
      all(LETTERS, exact.length, { n: poison.length, what: "poison jobs" }),
      never("healthy jobs among the dead letters", stranger.length, { n: healthyJobs, what: "healthy jobs" }),
      all(REPLAYED, doneOnce(poison), {
        n: poison.length,
        what: "poison jobs",
      }),
      atMost(SLOWER, ratio, short ? RATIO.short : RATIO.full, "times"),
    ],
  };

  async function letters() {
    const { rows } = await admin.query<{
      readonly id: Parameters<typeof replayDeadLetter>[1]["id"];
      readonly attempts: number;
      readonly payload: { readonly rolloutPlanId: RolloutPlanId };
    }>("select dead_letter_id as id, attempts, payload from burgee.dead_letters");
    return rows;
  }

  function doneOnce(ids: readonly string[]): number {
    return ids.filter((id) => done.get(id) === 1).length;
  }

  /** What has not come by then is for the verdicts to tell; a mistake that is put in is not waited for long. */
  async function givenTime(probe: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(probe, { timeoutMs: isEndless ? 1_000 : PATIENCE_MS }).catch(() => undefined);
  }

  function callerOf(): Caller {
    return {
      db,
      system,
      nudge: () => undefined,
      announceKey: () => undefined,
      nudgeJob: () => undefined,
      scheduleChange: () => undefined,
      scheduleStep: (step) => void queues.enqueue(job, step),
      person: { tenantId, userId: newId(), access: accessOf("owner"), home: undefined },
      requestId: "faults",
      traceparent: null,
    };
  }
}
