/** What people write as a guard of a rollout plan. */
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { entityKey, storedText } from "../names.ts";

const eventName = storedText(256).min(1);
const url = z.url({ protocol: /^https?$/, error: "Give the address of a Prometheus server." }).max(2_000);
const query = z.string().min(1).max(LIMITS.guardQueryLength);

const rateInput = {
  event: eventName,
  /** What programs track of everybody who comes to where the toggle decides, whatever it serves: of whom the rate is. */
  exposure: eventName,
};

/** How many there were since the step was applied, and of how many: of failures, requests. */
const countQueries = z.strictObject({ hits: query, of: query });
/** A number, and how many observations it rests on. */
const valueQueries = z.strictObject({ value: query, of: query });

const metricInput = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("error_rate"), ...rateInput }),
  z.strictObject({ type: z.literal("event_rate"), ...rateInput }),
  z.strictObject({
    type: z.literal("latency"),
    /** Tracked with what it took as its value. */
    event: eventName,
    quantile: z.union([0.5, 0.75, 0.9, 0.95, 0.99].map((share) => z.literal(share))).default(0.95),
  }),
  z.strictObject({
    type: z.literal("prometheus_rate"),
    url,
    treatment: countQueries,
    control: countQueries.optional(),
  }),
  z.strictObject({
    type: z.literal("prometheus_value"),
    url,
    treatment: valueQueries,
    control: valueQueries.optional(),
  }),
]);

const boundsInput = {
  /** Of a rate. */
  atMostPercent: z.number().min(0.001).max(99.999).optional(),
  /** Of a latency or another value, in whatever it is told. */
  atMostValue: z.number().positive().max(1e9).optional(),
  atMostTimesControl: z.number().min(1, "Treatment may at least be what control is.").max(100).optional(),
  /** Of a rate that should not fall. */
  atLeastTimesControl: z.number().min(0.01).max(1, "Treatment need not be better than control.").optional(),
};

export const guardInput = z
  .strictObject({
    key: entityKey,
    metric: metricInput,
    ...boundsInput,
    /** Users of each arm, in each step, before anything is called healthy; of Prometheus, what its query `of` counts. */
    leastSample: z.int().min(LIMITS.guardLeastSample).max(1_000_000_000),
    /** Of a whole plan in which all is well: how often this guard says otherwise at most, however often it looks. */
    falseAlarmRate: z.number().min(0.0001).max(0.2).default(0.01),
    /** How long nobody may be seen before that is said. */
    noTrafficAfterMs: z
      .int()
      .min(60_000)
      .max(24 * 60 * 60 * 1000)
      .default(10 * 60 * 1000),
    onBreach: z.enum(["hold", "roll_back", "warn"]).default("hold"),
    /** Where the arms are not of one size, as they have to be. */
    onMismatch: z.enum(["hold", "roll_back", "warn"]).default("hold"),
    /** A plan waits then in any case; it may also be stopped. */
    onNoTraffic: z.enum(["wait", "hold", "roll_back"]).default("wait"),
  })
  .superRefine(({ metric, ...guard }, { addIssue }) => {
    const fitting = FITTING[metric.type];
    const given = BOUNDS.filter((bound) => guard[bound] !== undefined);
    const told = `A guard of ${metric.type} is bounded by ${fitting.join(" or ")}.`;
    if (given.length === 0) addIssue({ code: "custom", message: told, path: [fitting[0] ?? ""] });
    for (const bound of given.filter((each) => !fitting.includes(each)))
      addIssue({ code: "custom", message: told, path: [bound] });
    if ("exposure" in metric && metric.exposure === metric.event)
      addIssue({
        code: "custom",
        message: "Name another event than the one counted.",
        path: ["metric", "exposure"],
      });
    if ("url" in metric && !metric.control && guard.atMostTimesControl !== undefined)
      addIssue({
        code: "custom",
        message: "Give queries for control to compare with.",
        path: ["metric", "control"],
      });
  });

export const guardsInput = z
  .array(guardInput)
  .max(LIMITS.guardsPerPlan)
  .refine((guards) => new Set(guards.map(({ key }) => key)).size === guards.length, {
    error: "Each guard of a plan has a key of its own.",
  })
  .default([]);

export type Guard = z.output<typeof guardInput>;
export type Metric = Guard["metric"];
export type EventMetric = Extract<Metric, { type: "error_rate" | "event_rate" | "latency" }>;
export type PrometheusMetric = Exclude<Metric, EventMetric>;

export function isOfEvents(metric: Metric): metric is EventMetric {
  return !("url" in metric);
}

const BOUNDS = ["atMostPercent", "atMostValue", "atMostTimesControl", "atLeastTimesControl"] as const;

const FITTING: Readonly<Record<Metric["type"], readonly (typeof BOUNDS)[number][]>> = {
  error_rate: ["atMostTimesControl", "atMostPercent"],
  event_rate: ["atLeastTimesControl", "atMostTimesControl", "atMostPercent"],
  latency: ["atMostTimesControl", "atMostValue"],
  prometheus_rate: ["atMostTimesControl", "atMostPercent"],
  prometheus_value: ["atMostTimesControl", "atMostValue"],
};
