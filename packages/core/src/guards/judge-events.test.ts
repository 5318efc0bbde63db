import { expect, test } from "vitest";
import { guardInput } from "./guard-input.ts";
import { type EventGuard, judgeEvents, type Period } from "./judge-events.ts";
import { type ArmCounts, NOBODY } from "./period-counts.ts";
import { classOf } from "./statistics/quantile-bounds.ts";
import type { CheckName } from "./verdict.ts";

const NOW = new Date("2026-01-31T12:00:00Z");
const MINUTE_MS = 60_000;

test("no data is never healthy, whatever the guard", () => {
  for (const guard of [errors(), errors({ atMostTimesControl: undefined, atMostPercent: 5 }), latency()]) {
    for (const hasControl of [true, false]) {
      expect(judgeEvents(guard, period({ hasControl })).verdict).toBe("unknown");
    }
  }
});

test("too few users are not healthy, in either arm", () => {
  const few = arm(99, 0);
  const many = arm(1_000, 0);

  expect(judgeEvents(errors(), periodOf(few, few)).verdict).toBe("unknown");
  expect(verdictOf("sample", judgeEvents(errors(), periodOf(many, few)))).toBe("unknown");
  expect(judgeEvents(errors(), periodOf(arm(1_000, 20), arm(1_000, 22))).verdict).toBe("healthy");
});

test("an error rate above what it may be of control's is a breach, with its numbers in words", () => {
  const judged = judgeEvents(errors(), periodOf(arm(1_000, 120), arm(1_010, 40)));

  expect(judged).toMatchObject({ verdict: "breach", action: "roll_back", treatment: 0.12 });
  expect(judged.checks.find(({ check }) => check === "control")?.text).toBe(
    "12 % of 1000 users in treatment and 3.96 % of 1010 users in control: more than 1.2 times control.",
  );
});

test("a breach needs no minimum sample: its test is right at any time", () => {
  expect(judgeEvents(errors({ leastSample: 100_000 }), periodOf(arm(60, 50), arm(60, 2))).verdict).toBe(
    "breach",
  );
});

test("a rate that should not fall is a breach when it does", () => {
  const guard = guarded({
    metric: { type: "event_rate", event: "bought", exposure: "opened" },
    atLeastTimesControl: 0.9,
  });

  expect(judgeEvents(guard, periodOf(arm(1_000, 20), arm(1_000, 100))).verdict).toBe("breach");
  expect(judgeEvents(guard, periodOf(arm(1_000, 120), arm(1_000, 100))).verdict).toBe("healthy");
});

test("a rate above its bound is a breach, without any control as well", () => {
  const guard = errors({ atMostTimesControl: undefined, atMostPercent: 2 });

  expect(judgeEvents(guard, { ...periodOf(arm(2_000, 100), NOBODY), hasControl: false }).verdict).toBe(
    "breach",
  );
  expect(judgeEvents(guard, { ...periodOf(arm(2_000, 40), NOBODY), hasControl: false }).verdict).toBe(
    "healthy",
  );
});

test("arms that are not of one size stop a plan, and no users that are missing make a breach of the metric", () => {
  const judged = judgeEvents(errors(), periodOf(arm(2_000, 120), arm(1_000, 40)));

  expect(judged).toMatchObject({ verdict: "breach", action: "hold" });
  expect(verdictOf("arms", judged)).toBe("breach");
  expect(verdictOf("control", judged)).toBe("unknown");
});

test("where treatment loses users and fails more often all the same, it is taken back", () => {
  expect(judgeEvents(errors(), periodOf(arm(1_000, 200), arm(2_000, 40)))).toMatchObject({
    verdict: "breach",
    action: "roll_back",
  });
});

test.each([
  ["wait", "unknown", "hold"],
  ["hold", "breach", "hold"],
  ["roll_back", "breach", "roll_back"],
] as const)("when nobody was seen for too long, it may %s", (onNoTraffic, verdict, action) => {
  const longAgo = new Date(NOW.getTime() - 11 * MINUTE_MS);
  const silent = { ...arm(1_000, 10), lastAt: longAgo };

  expect(judgeEvents(errors({ onNoTraffic }), periodOf(silent, silent))).toMatchObject({ verdict, action });
});

test("an arm that is silent alone is noticed", () => {
  const silent = { ...arm(1_000, 10), lastAt: new Date(NOW.getTime() - 11 * MINUTE_MS) };

  expect(verdictOf("traffic", judgeEvents(errors(), periodOf(arm(1_000, 10), silent)))).toBe("unknown");
});

test("a warning lets a plan go on, but not where too little is known", () => {
  const guard = errors({ onBreach: "warn" });

  expect(judgeEvents(guard, periodOf(arm(1_000, 120), arm(1_000, 40)))).toMatchObject({
    verdict: "breach",
    action: "warn",
  });
  expect(judgeEvents(guard, periodOf(arm(90, 80), arm(90, 2)))).toMatchObject({ verdict: "unknown" });
});

test("once everybody has it, the last control is what it is held to", () => {
  const lastControl = { step: 2, counts: arm(5_000, 100) };
  const everybody = (hits: number): Period => ({
    ...periodOf(arm(5_000, hits), NOBODY),
    hasControl: false,
    lastControl,
  });

  expect(judgeEvents(errors(), everybody(110)).verdict).toBe("healthy");
  expect(judgeEvents(errors(), everybody(300)).verdict).toBe("breach");
  expect(judgeEvents(errors(), { ...everybody(110), lastControl: undefined }).verdict).toBe("unknown");
});

test("a latency is compared by its quantile, and bounded by how many may be above", () => {
  expect(judgeEvents(latency(), periodOf(waits(100), waits(105))).verdict).toBe("healthy");
  expect(judgeEvents(latency(), periodOf(waits(250), waits(100))).verdict).toBe("breach");

  const bounded = guarded({ metric: { type: "latency", event: "shown" }, atMostValue: 300 });
  expect(judgeEvents(bounded, periodOf({ ...waits(100), hits: 150 }, waits(100))).verdict).toBe("breach");
  expect(judgeEvents(bounded, periodOf({ ...waits(100), hits: 45 }, waits(100))).verdict).toBe("healthy");
});

function errors(input: object = {}): EventGuard {
  const metric = { type: "error_rate", event: "failed", exposure: "opened" };
  return guarded({ metric, atMostTimesControl: 1.2, onBreach: "roll_back", ...input });
}

function latency(): EventGuard {
  return guarded({ metric: { type: "latency", event: "shown" }, atMostTimesControl: 1.2 });
}

function guarded(input: object): EventGuard {
  const { metric, ...guard } = guardInput.parse({ key: "g", leastSample: 100, ...input });
  if ("url" in metric) throw new Error("It is of events.");
  return { ...guard, metric };
}

function arm(users: number, hits: number): ArmCounts {
  return { users, hits, values: new Map(), lastAt: NOW };
}

/** Of a thousand users, around a median. */
function waits(median: number): ArmCounts {
  const values = new Map<number, number>();
  for (let at = 0; at < 1_000; at += 1) {
    const valueClass = classOf(median * (0.5 + at / 1_000));
    values.set(valueClass, (values.get(valueClass) ?? 0) + 1);
  }
  return { ...arm(1_000, 0), values };
}

function period(part: Partial<Period> = {}): Period {
  const counts = { treatment: NOBODY, control: NOBODY, rest: NOBODY };
  return { counts, hasControl: true, lastControl: undefined, since: NOW, now: NOW, steps: 3, ...part };
}

function periodOf(treatment: ArmCounts, control: ArmCounts): Period {
  return period({ counts: { treatment, control, rest: NOBODY } });
}

function verdictOf(check: CheckName, { checks }: ReturnType<typeof judgeEvents>) {
  return checks.find((each) => each.check === check)?.verdict;
}
