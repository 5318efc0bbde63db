/** Judges what was counted of tracked events: by tests that hold however often they are looked at. Pure. */
import type { EventMetric, Guard } from "./guard-input.ts";
import { type ArmCounts, counted, type PeriodCounts, treatedIn } from "./period-counts.ts";
import { type Counted, logEvidenceAbove } from "./statistics/evidence-above.ts";
import { logEvidenceOfMismatch } from "./statistics/evidence-of-mismatch.ts";
import { quantileAtLeast, quantileAtMost, quantileOf } from "./statistics/quantile-bounds.ts";
import { shareAtMost } from "./statistics/share-bounds.ts";
import { type Check, type GuardVerdict, gravest } from "./verdict.ts";
import { asPercent, asPercentExactly, asValue, ofUsers } from "./wording.ts";

export type EventGuard = Guard & { readonly metric: EventMetric };

/** What a verdict goes by. */
export interface Period {
  readonly counts: PeriodCounts;
  /** Whether anybody is left who doesn't have it. */
  readonly hasControl: boolean;
  /** Of the last step that had one; undefined where there was none. */
  readonly lastControl: { readonly step: number; readonly counts: ArmCounts } | undefined;
  readonly since: Date;
  readonly now: Date;
  /** Of the plan. What may be a false alarm is shared out between them. */
  readonly steps: number;
}

/** Of all false alarms, those that the sizes of the arms may cause. */
const SHARE_OF_MISMATCH = 0.1;

export function judgeEvents(guard: EventGuard, period: Period): GuardVerdict {
  const { counts, hasControl } = period;
  const arms = hasControl ? mismatchCheck(guard, period) : undefined;
  const judged = [
    ...(guardsControl(guard) ? [controlCheck(guard, period, arms)] : []),
    ...boundCheck(guard, period),
  ];
  const checks = [
    ...(arms ? [arms] : []),
    trafficCheck(guard, period),
    sampleCheck(guard, period),
    ...judged,
  ];
  const control = hasControl ? counts.control : period.lastControl?.counts;
  const measured = measuredBy(guard);
  const comparable = hasControl ? counts.treatment : treatedIn(counts);
  return {
    guard: guard.key,
    ...gravest(checks),
    checks,
    treatment: measured(comparable) ?? null,
    control: (control && measured(control)) ?? null,
    threshold: thresholdOf(guard, control && measured(control)),
  };
}

function guardsControl({ atMostTimesControl, atLeastTimesControl }: Guard): boolean {
  return atMostTimesControl !== undefined || atLeastTimesControl !== undefined;
}

/** How often this guard may be wrong in one step, in each of the tests of its metric. */
function rates(guard: Guard, { steps }: Pick<Period, "steps">) {
  const step = guard.falseAlarmRate / steps;
  const tests = [guard.atMostTimesControl, guard.atLeastTimesControl, guard.atMostPercent, guard.atMostValue];
  const count = tests.filter((each) => each !== undefined).length;
  return { mismatch: step * SHARE_OF_MISMATCH, test: (step * (1 - SHARE_OF_MISMATCH)) / count };
}

/** Where users of one arm get lost, the rest can't be compared. */
function mismatchCheck(guard: EventGuard, period: Period): Check {
  const { treatment, control } = period.counts;
  const evidence = logEvidenceOfMismatch(treatment.users, control.users);
  const needed = -Math.log(rates(guard, period).mismatch);
  const isOff = evidence >= needed;
  const found = `${treatment.users} users in treatment and ${control.users} in control`;
  return {
    check: "arms",
    verdict: isOff ? "breach" : "healthy",
    action: guard.onMismatch,
    text: isOff
      ? `${found}: arms of one size do not differ so much by chance. Users of one of them get lost.`
      : `${found}, as arms of one size may be.`,
    numbers: { treatment: treatment.users, control: control.users, evidence, needed },
  };
}

/** Whoever is silent for too long is not healthy but unheard of. */
function trafficCheck(guard: EventGuard, { counts, hasControl, since, now }: Period): Check {
  const watched: readonly (readonly [string, ArmCounts])[] = [
    ["treatment", treatedIn(counts)],
    ...(hasControl && guardsControl(guard) ? [["control", counts.control] as const] : []),
  ];
  const silences = watched.map(([arm, { lastAt }]) => ({
    arm,
    silentMs: now.getTime() - (lastAt ?? since).getTime(),
  }));
  const silent = silences.filter(({ silentMs }) => silentMs >= guard.noTrafficAfterMs);
  const longestMs = Math.max(...silences.map(({ silentMs }) => silentMs));
  const minutes = Math.floor(longestMs / 60_000);
  const isSilent = silent.length > 0;
  return {
    check: "traffic",
    verdict: isSilent ? (guard.onNoTraffic === "wait" ? "unknown" : "breach") : "healthy",
    action: guard.onNoTraffic === "roll_back" ? "roll_back" : "hold",
    text: isSilent
      ? `No further user was seen in ${silent.map(({ arm }) => arm).join(" and ")} for ${minutes} minutes.`
      : "Users are seen.",
    numbers: { silentMs: longestMs, atMostMs: guard.noTrafficAfterMs },
  };
}

/** What is asked before anything is called healthy. A breach may be found before: its test is as right then. */
function sampleCheck(guard: EventGuard, { counts, hasControl }: Period): Check {
  const isCompared = hasControl && guardsControl(guard);
  const treatment = (isCompared ? counts.treatment : treatedIn(counts)).users;
  const least = isCompared ? Math.min(treatment, counts.control.users) : treatment;
  const isEnough = least >= guard.leastSample;
  const found = isCompared ? `${treatment} and ${counts.control.users} users` : `${treatment} users`;
  return {
    check: "sample",
    verdict: isEnough ? "healthy" : "unknown",
    action: "hold",
    text: isEnough
      ? `${found} are enough.`
      : `${found} are too few; ${guard.leastSample} are asked for${isCompared ? " in each arm" : ""}.`,
    numbers: { treatment, control: isCompared ? counts.control.users : null, least: guard.leastSample },
  };
}

function controlCheck(guard: EventGuard, period: Period, arms: Check | undefined): Check {
  const base = { check: "control", action: guard.onBreach } as const;
  const { counts, hasControl, lastControl } = period;
  const { test } = rates(guard, period);
  if (!hasControl && !lastControl) {
    const text = "Everybody has it, and no step before had a control: nothing is there to compare with.";
    return { ...base, verdict: "unknown", text, numbers: {} };
  }
  const found = hasControl
    ? comparedWith(guard, counts, test)
    : comparedWithLast(guard, treatedIn(counts), lastControl?.counts, test);
  if (!found) {
    const text =
      "Everybody has it, and that a rate fell can't be told without a control: who did nothing yet may still.";
    return { ...base, verdict: "unknown", text, numbers: {} };
  }
  const last = hasControl ? "" : ` of step ${lastControl?.step}, the last that had one`;
  const { isBreach, isAdverse, text, numbers } = found;
  if (isBreach && arms?.verdict === "breach" && isAdverse) {
    return { ...base, verdict: "unknown", text: `${text}, but the arms are not of one size.`, numbers };
  }
  return { ...base, verdict: isBreach ? "breach" : "healthy", text: `${text}${last}.`, numbers };
}

interface Comparison {
  readonly isBreach: boolean;
  /** Whether users that are missing in an arm may be the whole of the difference. */
  readonly isAdverse: boolean;
  readonly text: string;
  readonly numbers: Check["numbers"];
}

function comparedWith(guard: EventGuard, { treatment, control }: PeriodCounts, rate: number): Comparison {
  const { metric, atMostTimesControl, atLeastTimesControl } = guard;
  if (metric.type === "latency")
    return comparedQuantiles(metric.quantile, treatment, control, atMostTimesControl ?? 1, rate);

  const both = treatment.hits + control.hits;
  const tests = [
    ...(atMostTimesControl === undefined
      ? []
      : [
          {
            hits: treatment.hits,
            bound: atMostTimesControl / (1 + atMostTimesControl),
            isMore: true,
            factor: atMostTimesControl,
          },
        ]),
    ...(atLeastTimesControl === undefined
      ? []
      : [
          {
            hits: control.hits,
            bound: 1 / (1 + atLeastTimesControl),
            isMore: false,
            factor: atLeastTimesControl,
          },
        ]),
  ];
  const needed = -Math.log(rate);
  const judged = tests.map((test) => ({
    ...test,
    evidence: logEvidenceAbove(test.bound, { hits: test.hits, of: both }),
  }));
  const worst = judged.toSorted((one, other) => other.evidence - one.evidence)[0];
  const isBreach = worst !== undefined && worst.evidence >= needed;
  const side = worst?.isMore === false ? "less" : "more";
  const isAdverse = side === "more" ? treatment.users > control.users : treatment.users < control.users;
  const seen = `${ofUsers(treatment)} in treatment and ${ofUsers(control)} in control`;
  return {
    isBreach,
    isAdverse,
    text: isBreach
      ? `${seen}: ${side} than ${worst.factor} times control`
      : `${seen}: not proven ${side} than ${worst?.factor} times control`,
    numbers: {
      treatmentUsers: treatment.users,
      treatmentHits: treatment.hits,
      controlUsers: control.users,
      controlHits: control.hits,
      evidence: worst?.evidence ?? null,
      needed,
    },
  };
}

function comparedQuantiles(
  share: number,
  treatment: ArmCounts,
  control: ArmCounts,
  factor: number,
  rate: number,
): Comparison {
  const atLeast = quantileAtLeast(treatment.values, share, rate / 2);
  const atMost = quantileAtMost(control.values, share, rate / 2);
  const isBreach = atLeast > factor * atMost;
  const seen = `The ${asPercentExactly(share)} quantile is ${asValue(quantileOf(treatment.values, share))} in treatment and ${asValue(quantileOf(control.values, share))} in control`;
  return {
    isBreach,
    isAdverse: treatment.users !== control.users,
    text: isBreach
      ? `${seen}: at least ${asValue(atLeast)} against at most ${asValue(atMost)}, more than ${factor} times control`
      : `${seen}: not proven more than ${factor} times control`,
    numbers: {
      treatmentUsers: treatment.users,
      controlUsers: control.users,
      treatmentAtLeast: atLeast,
      controlAtMost: Number.isFinite(atMost) ? atMost : null,
    },
  };
}

/** Against the most that control may have been: half of what may be false goes to that, and half to the test. */
function comparedWithLast(
  guard: EventGuard,
  treated: ArmCounts,
  control: ArmCounts | undefined,
  rate: number,
): Comparison | undefined {
  const { metric, atMostTimesControl: factor } = guard;
  if (!control || factor === undefined) return undefined;
  if (metric.type === "latency")
    return { ...comparedQuantiles(metric.quantile, treated, control, factor, rate), isAdverse: false };

  const most = factor * shareAtMost(counted(control), rate / 2);
  const { evidence, needed } = evidenceFor(most, counted(treated), rate / 2);
  const isBreach = evidence >= needed;
  const seen = `${ofUsers(treated)} have it, and ${ofUsers(control)} were in control`;
  return {
    isBreach,
    isAdverse: false,
    text: isBreach
      ? `${seen}: more than ${factor} times that control`
      : `${seen}: not proven more than ${factor} times that control`,
    numbers: {
      treatmentUsers: treated.users,
      treatmentHits: treated.hits,
      controlAtMost: most / factor,
      evidence,
      needed,
    },
  };
}

function boundCheck(guard: EventGuard, period: Period): readonly Check[] {
  const { metric, atMostPercent, atMostValue } = guard;
  const isLatency = metric.type === "latency";
  const bound = isLatency ? 1 - metric.quantile : (atMostPercent ?? 0) / 100;
  if (isLatency ? atMostValue === undefined : atMostPercent === undefined) return [];

  const treated = treatedIn(period.counts);
  const { evidence, needed } = evidenceFor(bound, counted(treated), rates(guard, period).test);
  const isBreach = evidence >= needed;
  const proven = isBreach ? "more than" : "not proven more than";
  const text = isLatency
    ? `${ofUsers(treated)} waited longer than ${asValue(atMostValue)}: ${proven} the ${asPercentExactly(bound)} that may`
    : `${ofUsers(treated)}: ${proven} ${asPercent(bound)}`;
  const numbers = { users: treated.users, hits: treated.hits, bound, evidence, needed };
  return [
    {
      check: "bound",
      verdict: isBreach ? "breach" : "healthy",
      action: guard.onBreach,
      text: `${text}.`,
      numbers,
    },
  ];
}

function evidenceFor(bound: number, of: Counted, rate: number) {
  return { evidence: logEvidenceAbove(bound, of), needed: -Math.log(rate) };
}

function measuredBy({ metric }: EventGuard): (arm: ArmCounts) => number | undefined {
  if (metric.type === "latency") return ({ values }) => quantileOf(values, metric.quantile);
  return ({ users, hits }) => (users > 0 ? hits / users : undefined);
}

function thresholdOf(guard: Guard, control: number | undefined): number | null {
  const { atMostPercent, atMostValue, atMostTimesControl, atLeastTimesControl } = guard;
  const most = [
    atMostPercent === undefined ? undefined : atMostPercent / 100,
    atMostValue,
    control === undefined || atMostTimesControl === undefined ? undefined : control * atMostTimesControl,
  ].filter((each) => each !== undefined);
  if (most.length > 0) return Math.min(...most);
  return control === undefined || atLeastTimesControl === undefined ? null : control * atLeastTimesControl;
}
