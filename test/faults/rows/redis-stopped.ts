/** Both Redis are emptied, killed, stopped, and filled up, in the middle of changes and rollout plans: it takes time, and nothing is lost. */
import { setTimeout as pause } from "node:timers/promises";
import { createServerClient } from "@burgee/sdk";
import { eventually } from "../../support/eventually.ts";
import type { OwnRedis } from "../../support/own-redis.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { checkObserved, LATE, type ObservedEvent, WENT_BACK } from "../observed.ts";
import { openHouse } from "../open-house.ts";
import { followQueueOnlyPlan } from "../queue-only-plan.ts";
import { askOne, keepEvaluating, keepReading, newReading, nothingFailed } from "../reading.ts";
import {
  arePlansDone,
  checkPlans,
  LOST_STEPS,
  recordPlans,
  type StepsEvent,
  startPlan,
} from "../rollouts.ts";
import { openTrpc } from "../trpc-client.ts";
import { atLeast, count, never, quantile } from "../verdicts.ts";

const FLIPPED = "flipped";
const STEADY = "steady";
const BY_SDK = "evaluations by the SDK that failed";
const BY_REST = "evaluations by REST that failed";
const REFUSED = "changes that were refused";
const CONNECTIONS = 4;
const SEEN_WITHIN_MS = 5_000;
const STEP_WITHIN_MS = 10_000;
const ALL_DONE_MS = 60_000;

/** What is done to the two, and undone. */
const FAULTS: readonly Fault[] = [
  {
    name: "emptied",
    begin: ({ bus, queue }) => Promise.all([bus, queue].map((each) => each.command(["FLUSHALL"]))),
  },
  ...(["SIGKILL", "SIGSTOP"] as const).map((how) => ({
    name: how === "SIGKILL" ? "killed, with all they held" : "stopped",
    begin: async ({ bus, queue }: Both) => [bus, queue].forEach((each) => void each.fail(how)),
    end: ({ bus, queue }: Both) => Promise.all([bus, queue].map((each) => each.recover(how))),
  })),
  {
    name: "full",
    begin: ({ bus, queue }) =>
      Promise.all([bus, queue].map((each) => each.command(["CONFIG", "SET", "maxmemory", "1000"]))),
    end: ({ bus, queue }) =>
      Promise.all([bus, queue].map((each) => each.command(["CONFIG", "SET", "maxmemory", "0"]))),
  },
];

interface Both {
  readonly bus: OwnRedis;
  readonly queue: OwnRedis;
}

interface Fault {
  readonly name: string;
  readonly begin: (redis: Both) => Promise<unknown>;
  readonly end?: (redis: Both) => Promise<unknown>;
}

export const redisStopped: FaultRow = {
  name: "redis-stopped",
  faults: ["F4", "F5", "F6", "F7"],
  title: "both Redis are emptied, killed, stopped and full, in the middle of changes and rollout plans",
  needs: ["redis"],
  planted: {
    "asks-redis-first": { what: "an evaluation asks Redis before it answers", breaks: [BY_REST] },
    "queue-is-the-truth": { what: "a plan's steps are known to the queue alone", breaks: [LOST_STEPS] },
  },
  run,
};

async function run({ short, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { lastsMs, plansOfEach } = short
    ? { lastsMs: 2_500, plansOfEach: 2 }
    : { lastsMs: 60_000, plansOfEach: 20 };
  const planOf = (fault: number, plan: number) => `plan-${fault}-${plan}`;
  const plans = FAULTS.flatMap((_, fault) =>
    Array.from({ length: plansOfEach }, (_, plan) => planOf(fault, plan)),
  );
  const house = await openHouse(closing, { redis: true, tenants: 1, toggles: [FLIPPED, STEADY, ...plans] });
  const { postgres, bus, queue, burgee, tenant } = house;
  if (!bus || !queue) throw new Error("There is no Redis.");
  const trpc = openTrpc(burgee.url, tenant.personalKey);
  const options = { baseUrl: burgee.url, sdkKey: tenant.serverKey, logger: false, usage: false } as const;
  const sdk = createServerClient(options);
  closing.defer(() => sdk.close());
  sdk.on("change", ({ revision }) => {
    history.record({ type: "applied", client: "sdk", revision } satisfies ObservedEvent);
  });
  await eventually(() => sdk.value(STEADY, false), { timeoutMs: 20_000 });

  const ending = new AbortController();
  closing.defer(() => ending.abort());
  const { signal } = ending;
  const readings = { sdk: newReading(), rest: newReading() };
  const expected = { [STEADY]: true };
  const rest = askOne(burgee.url, tenant.serverKey, expected);
  const ask = planted.has("asks-redis-first")
    ? async () => (await bus.command(["GET", "toggle"])) && rest()
    : rest;
  const loads = [
    keepEvaluating(readings.sdk, { client: sdk, expected, signal }),
    keepReading(readings.rest, { ask, connections: CONNECTIONS, signal }),
  ];
  const tookMs: number[] = [];
  const refused: string[] = [];
  let newest = 0;
  const changing = (async () => {
    for (let version = 1; !signal.aborted; ) {
      const askedMs = performance.now();
      const enabled = version % 2 === 0;
      try {
        const { revision } = await trpc.settings.setEnabled.mutate({
          toggle: FLIPPED,
          enabled,
          expectedVersion: version,
        });
        history.record({ type: "changed", revision, toggle: FLIPPED, enabled } satisfies ObservedEvent);
        newest = revision;
        version += 1;
        tookMs.push(performance.now() - askedMs);
      } catch (error) {
        refused.push(String(error));
      }
      await pause(50);
    }
  })();

  const queueOnly = planted.has("queue-is-the-truth")
    ? followQueueOnlyPlan(queue, { steps: 3, betweenMs: lastsMs, signal })
    : undefined;
  for (const [index, fault] of FAULTS.entries()) {
    const started = plans.filter((plan) => plan.startsWith(`plan-${index}-`));
    for (const plan of started) await startPlan(trpc, plan, Math.round(lastsMs / 3));
    await fault.begin({ bus, queue });
    await pause(lastsMs);
    await fault.end?.({ bus, queue });
    log(
      `${fault.name}: ${count(tookMs.length)} changes so far, ${count(readings.rest.answered)} evaluations by REST`,
    );
  }
  await eventually(() => arePlansDone(postgres.url), { timeoutMs: ALL_DONE_MS }).catch(() => undefined);
  ending.abort();
  await changing;
  await eventually(() => sdk.revision !== undefined && sdk.revision >= newest, {
    timeoutMs: SEEN_WITHIN_MS,
  }).catch(() => undefined);
  await Promise.all(loads);
  if (queueOnly) history.record(await queueOnly);
  await recordPlans(history, postgres.url);

  const events = history.read<ObservedEvent | StepsEvent>();
  const done = events.filter((event) => event.type === "plan");
  const observed = checkObserved(
    events.filter((event) => event.type !== "plan"),
    { initial: [], connected: () => true, withinMs: SEEN_WITHIN_MS },
  );
  const told = burgee.logged.filter((line) => line.includes("OOM command not allowed")).length;
  return {
    verdicts: [
      nothingFailed(BY_SDK, readings.sdk),
      nothingFailed(BY_REST, readings.rest),
      never(REFUSED, refused.length, { n: refused.length + tookMs.length, what: "changes" }),
      ...observed.filter(({ claim }) => claim === LATE || claim === WENT_BACK),
      atLeast("rollout plans", done.length, plans.length, "plans"),
      ...checkPlans(done, STEP_WITHIN_MS),
      atLeast("lines in the log that say that Redis is full", told, 1, "lines"),
    ],
    figures: [
      {
        name: "what a change took",
        value: `p50 ${count(quantile(tookMs, 0.5))} ms, p99 ${count(quantile(tookMs, 0.99))} ms, n = ${tookMs.length}`,
      },
    ],
  };
}
