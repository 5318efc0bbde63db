/** What is compared with it: a job as Burgee defines them, and a step of a rollout plan. */
import { applyRolloutStepJob, type Ports } from "@burgee/core";
import { openDatabase, openSystemDatabase } from "@burgee/db";
import {
  createLogger,
  createQueues,
  defineJob,
  openPools,
  type RunnableJob,
  startWorker,
} from "@burgee/runtime";
import { z } from "zod";
import type { FoundTenant } from "../../test/faults/found-tenants.ts";
import { openTrpc } from "../../test/faults/trpc-client.ts";
import { type Bench, CONCURRENCY, countdown, JOBS, type Side, UPDATE, type Working } from "./side.ts";

const log = createLogger({ level: "error", name: "bench" });
const PROCESS = { applicationName: "bench", log };
const STEPS_OF_PLAN = 10;
/** The shortest hold with which each step is a change of its own. */
const HOLD_MS = 1;
const FINEST_PERCENT = 0.001;

export function jobSide({ queue, pool }: Bench): Side {
  let onDone = () => {};
  const job = defineJob({
    name: "update-row",
    queue: "bench",
    payload: z.object({ id: z.int() }),
    jobId: ({ id }: { readonly id: number }) => String(id),
    attempts: 8,
    backoffMs: 250,
    mayRunTwice: "Nobody reads what it counts.",
    run: async (_: unknown, { id }) => {
      await pool.query(UPDATE, [id]);
      onDone();
    },
  });
  return {
    name: "a job of ours of the same UPDATE",
    unit: "jobs",
    fill: async () => {
      const queues = createQueues(queue, PROCESS);
      await Promise.all(Array.from({ length: JOBS }, (_, index) => queues.enqueue(job, { id: index + 1 })));
      await queues.close();
      return JOBS;
    },
    begin: () => {
      const { done, once } = countdown(JOBS);
      onDone = once;
      return workOn(queue, job, {}, done);
    },
  };
}

/** Plans are started by the API, as people do, and wait in the queue until somebody works. */
export function stepSide(
  { queue, databaseUrl }: Bench,
  house: {
    readonly url: string;
    readonly tenants: readonly FoundTenant[];
    readonly toggles: readonly string[];
  },
): Side {
  const { url, tenants, toggles } = house;
  const steps = tenants.length * toggles.length * STEPS_OF_PLAN;
  let round = 0;
  return {
    name: "a step of a rollout plan",
    unit: "steps",
    fill: async () => {
      for (const { personalKey } of tenants) {
        const trpc = openTrpc(url, personalKey);
        for (const toggle of toggles) {
          const scope = { project: "web", environment: "production", toggle };
          const before = round * STEPS_OF_PLAN;
          const made = await trpc.rollouts.create.mutate({ ...scope, steps: stepsAfter(before) });
          const seen = { id: made.id, expectedVersion: made.version };
          await trpc.rollouts.start.mutate({ ...seen, settingVersion: 1 + before });
        }
      }
      round += 1;
      return steps;
    },
    begin: () => {
      const pools = openPools({ databaseUrl }, PROCESS);
      const queues = createQueues(queue, PROCESS);
      const { done, once } = countdown(steps);
      const ports: Ports = {
        db: openDatabase(pools.app),
        system: openSystemDatabase(pools.system),
        // Each change is told of once; publishing it is another job.
        nudge: once,
        nudgeJob: () => undefined,
        scheduleStep: (step, delayMs) => void queues.enqueue(applyRolloutStepJob, step, { delayMs }),
      };
      const working = workOn(queue, defineJob(applyRolloutStepJob), ports, done);
      return {
        done,
        close: async () => {
          await working.close();
          await queues.close();
          await Promise.all([pools.app.end(), pools.system.end()]);
        },
      };
    },
  };
}

function stepsAfter(before: number) {
  return Array.from({ length: STEPS_OF_PLAN }, (_, index) => ({
    share: {
      type: "percentage" as const,
      value: Math.round((before + index + 1) * FINEST_PERCENT * 1e3) / 1e3,
    },
    hold: { type: "time" as const, ms: index === STEPS_OF_PLAN - 1 ? 0 : HOLD_MS },
  }));
}

function workOn<Deps>(
  connection: Bench["queue"],
  job: RunnableJob<Deps>,
  deps: Deps,
  done: Promise<void>,
): Working {
  const onFailedForGood = async ({ cause }: { readonly cause: unknown }) => {
    throw cause;
  };
  const options = { connection, jobs: [job], deps, concurrency: CONCURRENCY, onFailedForGood, ...PROCESS };
  const worker = startWorker<Deps>(options);
  return { done, close: () => worker.close() };
}
