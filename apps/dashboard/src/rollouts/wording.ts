/** What a plan says, in words. */
import type { Hold, LogEntry, NewGuard, Plan, Step } from "./plan.ts";

const UNITS = [
  { ms: 86_400_000, one: "day", many: "days" },
  { ms: 3_600_000, one: "hour", many: "hours" },
  { ms: 60_000, one: "minute", many: "minutes" },
  { ms: 1_000, one: "second", many: "seconds" },
] as const;

const number = new Intl.NumberFormat("en");
const percent = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

/** `2 days`, `1 hour 30 minutes`. */
function spanText(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const { ms: unit, one, many } of UNITS) {
    const count = Math.floor(rest / unit);
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`);
    rest -= count * unit;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : "no time";
}

export function percentText(value: number): string {
  return `${percent.format(value)} %`;
}

export function shareText(share: Step["share"]): string {
  if (share.type === "percentage") return percentText(share.value);
  return Object.entries(share.weights)
    .map(([variant, weight]) => `${percentText(weight)} ${variant}`)
    .join(", ");
}

export function holdText(hold: Hold, momentText: (at: string) => string): string {
  switch (hold.type) {
    case "time":
      return hold.ms === 0 ? "goes on at once" : `stands for ${spanText(hold.ms)}`;
    case "tick":
      return `grows again ${spanText(hold.afterMs)} after the ramp began`;
    case "until":
      return `stands until ${momentText(hold.at)}`;
    case "approval":
      return "waits for an approval";
    case "sample":
      return `waits for ${number.format(hold.least)} evaluations`;
    default:
      return hold satisfies never;
  }
}

const STATUS: Readonly<Record<Plan["status"], { readonly label: string; readonly color: string }>> = {
  pending: { label: "Not started", color: "gray" },
  ready: { label: "Starting", color: "blue" },
  running: { label: "Running", color: "blue" },
  paused: { label: "Paused", color: "orange" },
  conflict: { label: "Stopped by an edit", color: "red" },
  completed: { label: "Completed", color: "green" },
  rolled_back: { label: "Rolled back", color: "red" },
  aborted: { label: "Aborted", color: "gray" },
};

export function statusOf({ status }: Pick<Plan, "status">) {
  return STATUS[status];
}

const REASONS: Readonly<Record<NonNullable<Plan["reason"]>, string>> = {
  person: "a person asked for it",
  guard: "a guard found that those who have it fare worse",
  edited: "somebody edited the toggle meanwhile",
  archived: "the toggle was archived",
  variant_missing: "a variant that a step serves is gone",
  audience_unknown: "a step's audience asks for something that is gone",
  limit_reached: "the ruleset would be too large",
};

export function reasonText(reason: NonNullable<Plan["reason"]>): string {
  return REASONS[reason];
}

const WAITS: Readonly<Record<NonNullable<Plan["waitsFor"]>, string>> = {
  start: "It waits to be started.",
  time: "It waits for its time.",
  window: "It waits for its hours to open.",
  approval: "It waits for an approval.",
  sample: "It waits for enough evaluations.",
  resume: "It waits to be resumed.",
};

export function waitText(waitsFor: NonNullable<Plan["waitsFor"]>): string {
  return WAITS[waitsFor];
}

const KINDS: Readonly<Record<LogEntry["kind"], string>> = {
  started: "Started",
  applied: "Applied",
  rolled_back: "Rolled back to",
  rebased: "Went on from an edit at",
};

/** `Applied step 2, with step 1 in the same change`. */
export function logText({
  kind,
  step,
  foldedSteps,
}: Pick<LogEntry, "kind" | "step" | "foldedSteps">): string {
  if (kind === "started") return "Started; what stood before was kept as step 0";
  const folded = foldedSteps.length > 0 ? `, with ${stepsText(foldedSteps)} in the same change` : "";
  const where = step === 0 ? "what stood before the plan" : `step ${step}`;
  return `${KINDS[kind]} ${where}${folded}`;
}

function stepsText(steps: readonly number[]): string {
  return steps.length === 1 ? `step ${steps[0]}` : `steps ${steps.join(", ")}`;
}

const BREACH = { hold: "pauses the plan", roll_back: "rolls the plan back", warn: "only warns" } as const;

function breachText(action: keyof typeof BREACH): string {
  return BREACH[action];
}

/** What a guard holds treatment to: `payment_failed at most 1.2 times control; pauses the plan`. */
export function guardText(guard: NewGuard): string {
  const { metric, atMostPercent, atMostTimesControl, atMostValue, atLeastTimesControl } = guard;
  const what =
    "event" in metric
      ? metric.type === "latency"
        ? `the ${percent.format((metric.quantile ?? 0.95) * 100)}th percentile of ${metric.event}`
        : `${metric.event} of those who had ${metric.exposure}`
      : `a query of ${new URL(metric.url).host}`;
  const bounds = [
    atMostPercent !== undefined && `at most ${percentText(atMostPercent)}`,
    atMostValue !== undefined && `at most ${number.format(atMostValue)}`,
    atMostTimesControl !== undefined && `at most ${number.format(atMostTimesControl)} times control`,
    atLeastTimesControl !== undefined && `at least ${number.format(atLeastTimesControl)} times control`,
  ].filter((bound) => bound !== false);
  return `${what}: ${bounds.join(" and ")}. A breach ${breachText(guard.onBreach ?? "hold")}.`;
}
