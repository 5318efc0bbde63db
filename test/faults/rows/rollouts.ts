/** Rollout plans at work while everything that applies their steps fails: each step is applied once, in order, and never before it is due. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, Figure, RowReport, RunOptions } from "../fault-row.ts";
import { History } from "../history.ts";
import { type House, openHouse } from "../open-house.ts";
import { type Random, randomFrom } from "../random.ts";
import { all, atLeast, count, type Verdict } from "../verdicts.ts";
import { type Fate, Fleet, type FleetWanted, type Seen } from "../workers/fleet.ts";
import { Planning } from "../workers/keep-planning.ts";
import type { Life } from "../workers/life.ts";
import {
  checkPlanSteps,
  DOUBLED,
  EARLY,
  LOST,
  lateness,
  noteMoves,
  type PlanEvent,
  recordPlanSteps,
} from "../workers/plan-steps.ts";

const BACKENDS = ["Redis", "PostgreSQL"] as const;
type Backend = (typeof BACKENDS)[number];

interface Size {
  readonly workers: number;
  readonly tenants: number;
  readonly togglesOfEach: number;
  readonly stepsOfPlan: number;
  readonly kills: number;
  readonly steps: number;
  readonly freezes: number;
  readonly flushes: number;
  /** Of the workers of the plans that come last: wrong ones, and right ones. */
  readonly clocks: readonly Life["clock"][];
  readonly stepsByWrongClocks: number;
  readonly withinMs: number;
}

const SHORT: Size = {
  workers: 3,
  tenants: 5,
  togglesOfEach: 2,
  stepsOfPlan: 7,
  kills: 5,
  steps: 70,
  freezes: 1,
  flushes: 1,
  clocks: ["ahead", "behind"],
  stepsByWrongClocks: 2,
  withinMs: 120_000,
};
const FULL: Size = {
  workers: 8,
  tenants: 24,
  togglesOfEach: 4,
  stepsOfPlan: 25,
  kills: 1_000,
  steps: 20_000,
  freezes: 50,
  flushes: 50,
  clocks: ["ahead", "behind", "jumping", undefined, "ahead", "behind", "jumping", undefined],
  stepsByWrongClocks: 10,
  withinMs: 90 * 60_000,
};

const HOLD_MS = { least: 1, most: 50 };
/** So long that an hour's error shows in each. */
const LONG_HOLD_MS = { least: 300, most: 900 };
const KILLED_WITHIN_MS = 1_500;
/** In place of 15 s and 10 s, so that a run need not wait for what dead workers held. */
const LOCK_MS = 1_000;
const CLAIM_MS = 2_000;
/** Past its lock, and past what PostgreSQL allows a transaction that does nothing. */
const FROZEN_MS = { most: 2_500, some: 12_000 };
const ALL_DONE_MS = 120_000;
/** Of a step, before one was seen. */
const POINTS = 50;
/** So that the first few turns are at points far from each other. */
const STRIDE = 17;
const LOOKS_EVERY_MS = 100;

export const rollouts: FaultRow = {
  name: "rollouts",
  faults: ["F5", "F21", "F22", "F23", "F24"],
  title:
    "rollout plans, while their workers are killed at every point of a step, frozen, and told a wrong time, and their queue is emptied and delivers jobs ten times",
  needs: ["redis"],
  planted: {
    "reads-then-writes": {
      what: "a step takes what it read to hold still when it writes",
      breaks: BACKENDS.map((backend) => `${DOUBLED} (${backend})`),
    },
    "marks-first": {
      what: "that a step is applied is committed before the step is",
      breaks: BACKENDS.map((backend) => `${LOST} (${backend})`),
    },
    "own-clock": {
      what: "the worker's clock says whether a step is due",
      breaks: BACKENDS.map((backend) => `${EARLY} (${backend})`),
    },
  },
  run,
};

async function run(options: RunOptions): Promise<RowReport> {
  // One backend is enough for a checker to see what is planted.
  const backends = options.planted.size > 0 ? BACKENDS.slice(0, 1) : BACKENDS;
  const reports: RowReport[] = [];
  if (options.short) reports.push(...(await Promise.all(backends.map((backend) => runOn(backend, options)))));
  else for (const backend of backends) reports.push(await runOn(backend, options));
  return {
    verdicts: reports.flatMap(({ verdicts }) => verdicts),
    figures: reports.flatMap(({ figures = [] }) => figures),
  };
}

async function runOn(backend: Backend, options: RunOptions): Promise<RowReport> {
  const { short, seed, planted, folder, log } = options;
  const size = short ? SHORT : FULL;
  const random = randomFrom(seed);
  await using closing = new AsyncDisposableStack();
  // One for each backend: what is checked is what happened there.
  const historyFile = options.history.file.replace(/\.jsonl$/, `-${backend}.jsonl`);
  const history = closing.adopt(new History(historyFile), (open) => open.close());
  const toggles = Array.from({ length: size.togglesOfEach }, (_, index) => `toggle-${index}`);
  const env = { BURGEE_KEY_FILE: join(folder, `key-${backend}`) };
  const house = await openHouse(closing, {
    redis: backend === "Redis",
    tenants: size.tenants,
    toggles,
    durable: false,
    worker: false,
    env,
  });
  const { postgres, queue, burgee, tenants } = house;
  await noteMoves(postgres.url);
  const planning = closing.adopt(
    new Planning({
      url: burgee.url,
      databaseUrl: postgres.url,
      queue: queue
        ? { kind: "redis", url: queue.url }
        : { kind: "postgres", url: postgres.url, role: "burgee_system" },
      tenants,
      toggles,
      history,
      random,
    }),
    (open) => open.close(),
  );
  const fleetOf = (workers: number, next: FleetWanted["next"]) =>
    closing.adopt(new Fleet({ size: workers, env: workerEnv(house, env, folder), random, next }), (fleet) =>
      fleet.close(),
    );
  const life = { lockMs: LOCK_MS, claimMs: CLAIM_MS, mistakes: [...planted] };
  // Whoever makes the mistakes knows of times alone.
  const isVaried = planted.size === 0;

  const { tally, kills, points, flushes } = await keepFailing();
  await withWrongClocks();
  await recordPlanSteps(history, postgres.url);
  const events = history.read<PlanEvent>();

  const at = (claim: string) => `${claim} (${backend})`;
  const verdicts: Verdict[] = [
    atLeast(at("workers killed"), kills, size.kills, "workers"),
    atLeast(at("steps"), events.filter(({ type }) => type === "moved").length, size.steps, "steps"),
    atLeast(at("workers frozen past their lock"), tally.frozen, size.freezes, "workers"),
    atLeast(at("jobs delivered over and over"), planning.copies, size.steps / 10, "jobs"),
    ...(queue ? [atLeast(at("times that the queue was emptied"), flushes, size.flushes, "times")] : []),
    ...(short
      ? []
      : [
          all(at("points of a step at which a worker was killed"), tally.fellAt.size, {
            n: new Set(points).size,
            what: "points",
          }),
        ]),
    ...checkPlanSteps(events, backend),
  ];
  const figures: Figure[] = [
    {
      name: at("killed"),
      value: `${count(tally.killedAtRandom)} at random, ${count(kills - tally.killedAtRandom)} at ${tally.fellAt.size} of ${new Set(points).size} points of a step`,
    },
    { name: at("how late a step was applied"), value: lateness(events) },
  ];
  return { verdicts, figures };

  /** Until as much has failed as was asked for, and all that was begun has ended. */
  async function keepFailing() {
    const fates = createFates(size, random);
    const fleet = fleetOf(size.workers, (seen) => ({ fate: fates(seen), life }));
    let flushes = 0;
    let steps = 0;
    const isEnough = () =>
      fleet.kills >= size.kills && steps >= size.steps && fleet.tally.frozen >= size.freezes;
    const over = AbortSignal.timeout(size.withinMs);
    const [copying, givingUp] = [new AbortController(), new AbortController()];
    const planned = { steps: size.stepsOfPlan, holdMs: HOLD_MS, isVaried };
    const work = [
      planning.keepPlanning(planned, givingUp.signal, () => !isEnough() && !over.aborted),
      planning.keepCopying(copying.signal),
    ];
    for (let told = 0; !isEnough() && !over.aborted; ) {
      await pause(LOOKS_EVERY_MS);
      steps = await planning.steps();
      if (queue && fleet.kills >= ((flushes + 1) * size.kills) / size.flushes) {
        await queue.command(["FLUSHALL"]);
        flushes += 1;
      }
      if (fleet.kills >= told + size.kills / 10) {
        told = fleet.kills;
        log(`${backend}: ${count(told)} workers killed, ${count(steps)} steps applied`);
      }
    }
    fleet.calm();
    copying.abort();
    await eventually(() => planning.areDone(), { timeoutMs: ALL_DONE_MS }).catch(() => undefined);
    givingUp.abort();
    log(`${backend}: all that was begun has ended`);
    await fleet.close();
    await Promise.all(work);
    return { tally: fleet.tally, kills: fleet.kills, points: fleet.points, flushes };
  }

  async function withWrongClocks(): Promise<void> {
    const fleet = fleetOf(size.clocks.length, (_, place) => {
      const clock = size.clocks[place];
      return { fate: "lives", life: clock ? { ...life, clock } : life };
    });
    const planned = { steps: size.stepsByWrongClocks, holdMs: LONG_HOLD_MS, isVaried: false };
    await planning.keepPlanning(planned, AbortSignal.timeout(ALL_DONE_MS), () => false);
    await fleet.close();
    log(`${backend}: ${count(await planning.steps())} steps applied, the last of them by wrong clocks`);
  }
}

/** Every point of a step has its turn, and so has any moment; once as many as are asked for have met their fate, workers live. */
function createFates({ kills, freezes }: Size, random: Random): (seen: Seen) => Fate {
  let given = 0;
  let turn = 0;
  return ({ points, frozen }) => {
    if (given >= kills && frozen >= freezes) return "lives";
    given += 1;
    const draw = random.next();
    const known = points.length || POINTS;
    if (frozen < freezes && (given > kills || draw < 0.25)) {
      const forMs = frozen % 10 === 9 ? FROZEN_MS.some : FROZEN_MS.most;
      return { freezesAt: 1 + random.below(known), forMs };
    }
    if (draw < 0.6) return { killedWithinMs: KILLED_WITHIN_MS };
    turn += 1;
    return { fallsAt: 1 + ((turn * STRIDE) % known) };
  };
}

function workerEnv({ postgres, bus, queue }: House, env: Readonly<Record<string, string>>, folder: string) {
  return {
    ...env,
    DATABASE_URL: postgres.url,
    BURGEE_LOG_LEVEL: "error",
    NODE_COMPILE_CACHE: join(folder, "compiled"),
    ...(bus && queue ? { REDIS_URL: bus.url, QUEUE_REDIS_URL: queue.url } : {}),
  };
}
