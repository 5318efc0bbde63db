import { expect, test } from "vitest";
import { checkPlanSteps, DOUBLED, EARLY, LOST, type MovedEvent, type PlanEvent } from "./plan-steps.ts";

const planned: PlanEvent = { type: "planned", planId: "p1", steps: 3 };
const kept = (change: Partial<Extract<PlanEvent, { type: "kept" }>> = {}): PlanEvent => ({
  type: "kept",
  planId: "p1",
  status: "completed",
  logged: [1, 2, 3],
  folded: [],
  buckets: [10, 20, 30],
  planned: [10, 20, 30],
  ...change,
});
/** Due at 1,050. */
const moved = (change: Partial<MovedEvent> = {}): PlanEvent => ({
  type: "moved",
  planId: "p1",
  from: 1,
  hold: { type: "time", ms: 50 },
  passed: [],
  startedAt: 900,
  appliedAt: 1_000,
  rampAt: null,
  releasedAt: null,
  movedAt: 1_060,
  beganAt: 1_055.5,
  holdsFrom: 1_057,
  ...change,
});
const revisions = (missing: number): PlanEvent => ({ type: "revisions", heads: 4, missing });
const approval = { type: "approval" } as const;

test.each<[string, PlanEvent[]]>([
  ["each step once, in order and in time", [kept(), moved()]],
  ["the first step, after the start", [kept(), moved({ hold: null, appliedAt: null })]],
  ["a step that was approved", [kept(), moved({ hold: approval, releasedAt: 1_059 })]],
  [
    "parts of a ramp that were overdue, in one change",
    [
      kept({ logged: [1, 3], folded: [2], buckets: [10, 30] }),
      moved({ passed: [{ type: "tick", afterMs: 60 }], rampAt: 1_000 }),
    ],
  ],
])("finds nothing wrong with %s", (_, events) => {
  expect(brokenBy([planned, ...events, revisions(0)])).toEqual([]);
});

test.each<[string, string, PlanEvent[]]>([
  ["a step without a version of its setting", LOST, [kept({ buckets: [10, 30] })]],
  ["a step that the log lacks", LOST, [kept({ logged: [1, 3] })]],
  ["a plan that stopped half-way", LOST, [kept({ status: "running", logged: [1], buckets: [10] })]],
  ["two versions of one step", DOUBLED, [kept({ buckets: [10, 20, 20, 30] })]],
  ["a step by itself and with another", DOUBLED, [kept({ folded: [2] })]],
  ["a step before it is due", EARLY, [kept(), moved({ movedAt: 1_049.9 })]],
  ["a step that holds from before it was applied", EARLY, [kept(), moved({ holdsFrom: 1_054 })]],
  ["a step without its approval", EARLY, [kept(), moved({ hold: approval })]],
  ["an approval that was passed over", EARLY, [kept(), moved({ passed: [approval] })]],
  [
    "a step that went with another, and had time",
    EARLY,
    [kept(), moved({ passed: [{ type: "time", ms: 1 }] })],
  ],
  [
    "a step after a later one",
    "steps that were applied before the one before them",
    [kept({ buckets: [20, 10, 30] })],
  ],
  ["a missing revision", "revisions that are missing", [kept(), revisions(1)]],
  [
    "a plan that is not there",
    "plans that somebody was told of, and that completed",
    [{ ...planned, planId: "p2" }, kept()],
  ],
])("sees %s", (_, claim, events) => {
  expect(brokenBy([planned, moved(), revisions(0), ...events])).toContain(`${claim} (here)`);
});

test("shows nothing where no plan was started", () => {
  expect(checkPlanSteps([], "here").filter(({ holds }) => holds)).toEqual([]);
});

function brokenBy(events: readonly PlanEvent[]): readonly string[] {
  return checkPlanSteps(
    events.map((event, at) => ({ ...event, at })),
    "here",
  )
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);
}
