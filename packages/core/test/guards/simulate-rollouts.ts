/** Rollouts on made-up traffic of which the truth is known: how often a guard says that something is wrong, and how soon. */
import { type Arm, armFinder, armsOf } from "../../src/guards/arms.ts";
import { type Guard, isOfEvents } from "../../src/guards/guard-input.ts";
import { type EventGuard, judgeEvents } from "../../src/guards/judge-events.ts";
import type { ArmCounts } from "../../src/guards/period-counts.ts";
import { classOf } from "../../src/guards/statistics/quantile-bounds.ts";
import type { GuardVerdict } from "../../src/guards/verdict.ts";

export interface Traffic {
  readonly runs: number;
  readonly seed: number;
  readonly guard: Guard;
  /** Of those in control, how many are hit; of latencies, the median. */
  readonly control: number;
  /** How many times that treatment has. */
  readonly ratio: number;
  /** Of treatment's users, how many are never seen. */
  readonly lost?: number;
  /** In percent, step by step. */
  readonly shares?: readonly number[];
  /** Users between two looks. */
  readonly lookEvery?: number;
}

export interface Outcome {
  readonly runs: number;
  readonly alarms: number;
  /** Those that said that the arms are not of one size. */
  readonly mismatches: number;
  /** Of treatment in the step of the alarm, in ascending order. */
  readonly usersAtAlarm: readonly number[];
}

/** A run is a plan that goes through all its steps, each until its sample is there in both arms, unless the guard stops it. */
export function simulateRollouts(traffic: Traffic): Outcome {
  const random = randomFrom(traffic.seed);
  const alarms: Alarm[] = [];
  for (let run = 0; run < traffic.runs; run += 1) {
    const alarm = simulateRollout(traffic, run, random);
    if (alarm) alarms.push(alarm);
  }
  return {
    runs: traffic.runs,
    alarms: alarms.length,
    mismatches: alarms.filter(({ isMismatch }) => isMismatch).length,
    usersAtAlarm: alarms.map(({ users }) => users).sort((one, other) => one - other),
  };
}

interface Alarm {
  readonly isMismatch: boolean;
  readonly users: number;
}

const NOW = new Date("2026-01-31T12:00:00Z");

function simulateRollout(traffic: Traffic, run: number, random: () => number): Alarm | undefined {
  const { shares = [40, 50], lookEvery = 50, lost = 0 } = traffic;
  const guard = ofEvents(traffic.guard);
  for (const share of shares) {
    const serve = { type: "percentage", variant: "on", buckets: share * 1000, stickiness: "userId" } as const;
    const arms = armsOf(serve, { salt: `run-${run}`, defaultVariant: "off" });
    if (!arms) throw new Error("A percentage has arms.");
    const armOf = armFinder(arms);
    const counts = { treatment: nobody(), control: nobody(), rest: nobody() };
    for (let user = 0; !isEnough(counts, guard); user += 1) {
      const arm = armOf(`user-${run}-${user}`);
      if (arm && !(arm === "treatment" && random() < lost)) meet(counts[arm], arm, traffic, random);
      if (user % lookEvery !== lookEvery - 1) continue;
      const verdict = judgeEvents(guard, {
        counts,
        hasControl: true,
        lastControl: undefined,
        since: NOW,
        now: NOW,
        steps: shares.length,
      });
      if (verdict.verdict === "breach") return alarmOf(verdict, counts.treatment.users);
    }
  }
  return undefined;
}

type Growing = { -readonly [Field in keyof ArmCounts]: ArmCounts[Field] } & {
  readonly values: Map<number, number>;
};

function meet(counts: Growing, arm: Arm, { guard, control, ratio }: Traffic, random: () => number): void {
  const mean = arm === "control" ? control : control * ratio;
  counts.users += 1;
  if (guard.metric.type === "latency") {
    const value = mean * Math.exp(0.5 * normal(random));
    const valueClass = classOf(value);
    counts.values.set(valueClass, (counts.values.get(valueClass) ?? 0) + 1);
    if (guard.atMostValue !== undefined && value > guard.atMostValue) counts.hits += 1;
  } else if (random() < mean) counts.hits += 1;
}

function isEnough(
  { treatment, control }: { readonly treatment: Growing; readonly control: Growing },
  guard: Guard,
): boolean {
  return Math.min(treatment.users, control.users) >= guard.leastSample;
}

function alarmOf({ checks }: GuardVerdict, users: number): Alarm {
  return { isMismatch: checks.some(({ check, verdict }) => check === "arms" && verdict === "breach"), users };
}

function nobody(): Growing {
  return { users: 0, hits: 0, values: new Map(), lastAt: NOW };
}

function ofEvents(guard: Guard): EventGuard {
  const { metric } = guard;
  if (!isOfEvents(metric)) throw new Error("Prometheus is not simulated.");
  return { ...guard, metric };
}

/** Source: Box and Muller 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Source: Mulberry32, by Tommy Ettinger. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
