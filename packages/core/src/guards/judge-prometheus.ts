/**
 * Judges what a Prometheus server says. Of counts it goes by the same tests as of events, which hold as far as what was counted did not depend on each
 * other. A mere value has no test: it is compared as it is, once its sample is there, and the query has to smooth it.
 */
import type { Guard, PrometheusMetric } from "./guard-input.ts";
import { type Answer, askPrometheus, type FetchOutside, type QueryVariables } from "./prometheus.ts";
import { type Counted, logEvidenceAbove } from "./statistics/evidence-above.ts";
import { shareAtLeast, shareAtMost } from "./statistics/share-bounds.ts";
import { type Check, type GuardVerdict, gravest } from "./verdict.ts";
import { asPercent, asValue } from "./wording.ts";

export type PrometheusGuard = Guard & { readonly metric: PrometheusMetric };

export interface Looking {
  readonly fetchOutside: FetchOutside;
  /** What the server is shown; undefined for nothing. */
  readonly authorization: () => Promise<string | undefined>;
  readonly variables: QueryVariables;
  readonly since: Date;
  readonly now: Date;
  /** Of the plan. */
  readonly steps: number;
}

/** Of one side: what it is, and of how many. */
interface Measured {
  readonly value: number;
  readonly of: number;
}

export async function judgePrometheus(guard: PrometheusGuard, looking: Looking): Promise<GuardVerdict> {
  const { treatment, control } = await measure(guard.metric, looking);
  const checks = judged(guard, looking, treatment, control);
  const [treated, compared] = [measuredIn(treatment), control && measuredIn(control)];
  return {
    guard: guard.key,
    ...gravest(checks),
    checks,
    treatment: treated ?? null,
    control: compared ?? null,
    threshold: thresholdOf(guard, compared),
  };
}

type Side = Measured | { readonly problem: string };

async function measure(
  { url, ...metric }: PrometheusMetric,
  { fetchOutside, authorization, variables }: Looking,
) {
  const shown = authorization();
  // Each question hears of it.
  shown.catch(() => undefined);
  const ask = (query: string) => askPrometheus({ fetchOutside, url, authorization: shown }, query, variables);
  const side = async (queries: PrometheusMetric["treatment"]): Promise<Side> => {
    const [value, of] = await Promise.all([
      ask("hits" in queries ? queries.hits : queries.value),
      ask(queries.of),
    ]);
    return sideOf(value, of, "hits" in queries);
  };
  const [treatment, control] = await Promise.all([
    side(metric.treatment),
    metric.control && side(metric.control),
  ]);
  return { treatment, control };
}

function sideOf(value: Answer, of: Answer, isCount: boolean): Side {
  if (!of.ok) return { problem: of.problem };
  const counted = Math.max(0, Math.floor(of.value));
  // Of nobody, how many of them is a question without an answer.
  if (counted === 0) return { value: 0, of: 0 };
  if (!value.ok) return { problem: value.problem };
  return isCount
    ? { value: Math.min(Math.max(0, Math.floor(value.value)), counted) / counted, of: counted }
    : { value: value.value, of: counted };
}

function judged(
  guard: PrometheusGuard,
  looking: Looking,
  treatment: Side,
  control: Side | undefined,
): readonly Check[] {
  const problems = [treatment, ...(control ? [control] : [])].flatMap((side) =>
    "problem" in side ? side.problem : [],
  );
  if ("problem" in treatment || (control && "problem" in control)) {
    const text = [...new Set(problems)].join(" ");
    return [{ check: "source", verdict: "unknown", action: "hold", text, numbers: {} }];
  }
  const isEnough = Math.min(treatment.of, control?.of ?? treatment.of) >= guard.leastSample;
  return [
    trafficCheck(guard, looking, treatment),
    sampleCheck(guard, treatment, control, isEnough),
    ...boundCheck(guard, looking, treatment, isEnough),
    ...controlCheck(guard, looking, treatment, control, isEnough),
  ];
}

function trafficCheck(guard: PrometheusGuard, { since, now }: Looking, { of }: Measured): Check {
  const silentMs = of === 0 ? now.getTime() - since.getTime() : 0;
  const isSilent = silentMs >= guard.noTrafficAfterMs;
  return {
    check: "traffic",
    verdict: isSilent ? (guard.onNoTraffic === "wait" ? "unknown" : "breach") : "healthy",
    action: guard.onNoTraffic === "roll_back" ? "roll_back" : "hold",
    text: isSilent
      ? `Nothing was counted for ${Math.floor(silentMs / 60_000)} minutes.`
      : "Something is counted.",
    numbers: { silentMs, atMostMs: guard.noTrafficAfterMs },
  };
}

function sampleCheck(
  { leastSample }: PrometheusGuard,
  treatment: Measured,
  control: Measured | undefined,
  isEnough: boolean,
): Check {
  const found = control ? `${treatment.of} in treatment and ${control.of} in control` : `${treatment.of}`;
  return {
    check: "sample",
    verdict: isEnough ? "healthy" : "unknown",
    action: "hold",
    text: isEnough ? `${found} are enough.` : `${found} are too few; ${leastSample} are asked for.`,
    numbers: { treatment: treatment.of, control: control?.of ?? null, least: leastSample },
  };
}

/** Shared out between the steps, and between the two tests that there may be. */
function rateOf({ falseAlarmRate }: PrometheusGuard, { steps }: Looking): number {
  return falseAlarmRate / steps / 2;
}

function boundCheck(
  guard: PrometheusGuard,
  looking: Looking,
  treatment: Measured,
  isEnough: boolean,
): readonly Check[] {
  const { metric, atMostPercent, atMostValue } = guard;
  const base = { check: "bound", action: guard.onBreach } as const;
  if (metric.type === "prometheus_value") {
    if (atMostValue === undefined) return [];
    const isBreach = isEnough && treatment.value > atMostValue;
    const text = `${asValue(treatment.value)}, where at most ${asValue(atMostValue)} may be.`;
    const numbers = { value: treatment.value, bound: atMostValue };
    return [{ ...base, verdict: isBreach ? "breach" : "healthy", text, numbers }];
  }
  if (atMostPercent === undefined) return [];
  const evidence = logEvidenceAbove(atMostPercent / 100, counted(treatment));
  const needed = -Math.log(rateOf(guard, looking));
  const isBreach = evidence >= needed;
  const text = `${asPercent(treatment.value)} of ${treatment.of}: ${isBreach ? "more than" : "not proven more than"} ${asPercent(atMostPercent / 100)}.`;
  return [
    {
      ...base,
      verdict: isBreach ? "breach" : "healthy",
      text,
      numbers: { value: treatment.value, of: treatment.of, evidence, needed },
    },
  ];
}

function controlCheck(
  guard: PrometheusGuard,
  looking: Looking,
  treatment: Measured,
  control: Measured | undefined,
  isEnough: boolean,
): readonly Check[] {
  const { metric, atMostTimesControl: factor } = guard;
  if (factor === undefined || !control) return [];
  const rate = rateOf(guard, looking) / 2;
  const isRate = metric.type === "prometheus_rate";
  const atLeast = isRate ? shareAtLeast(counted(treatment), rate) : treatment.value;
  const atMost = isRate ? shareAtMost(counted(control), rate) : control.value;
  const isBreach = (isRate || isEnough) && atLeast > factor * atMost;
  const shown = isRate ? asPercent : asValue;
  const text = `${shown(treatment.value)} in treatment and ${shown(control.value)} in control: ${isBreach ? "more" : isRate ? "not proven more" : "no more"} than ${factor} times control.`;
  const numbers = {
    treatment: treatment.value,
    control: control.value,
    treatmentAtLeast: atLeast,
    controlAtMost: atMost,
  };
  return [
    { check: "control", action: guard.onBreach, verdict: isBreach ? "breach" : "healthy", text, numbers },
  ];
}

function counted({ value, of }: Measured): Counted {
  return { hits: Math.round(value * of), of };
}

function measuredIn(side: Side): number | undefined {
  return "problem" in side || side.of === 0 ? undefined : side.value;
}

function thresholdOf(
  { atMostPercent, atMostValue, atMostTimesControl }: Guard,
  control: number | undefined,
): number | null {
  const bounds = [
    atMostPercent === undefined ? undefined : atMostPercent / 100,
    atMostValue,
    control === undefined || atMostTimesControl === undefined ? undefined : control * atMostTimesControl,
  ].filter((each) => each !== undefined);
  return bounds.length > 0 ? Math.min(...bounds) : null;
}
