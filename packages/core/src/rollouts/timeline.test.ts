import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseInput } from "../errors/invalid-input.ts";
import { rollout } from "./plan-builder.ts";
import { type PlanInput, planInput, unfoldAll } from "./plan-input.ts";
import { timelineOf } from "./timeline.ts";

const START = "2026-06-05T10:00:00.000Z";

test("a ramp lets in its first part when it begins, and its last at its end", () => {
  const plan = rollout().at(10).forHours(1).rampTo(50, { overHours: 4, everyMinutes: 60 }).build();

  expect(fallsOf(plan)).toEqual([
    ["06-05 10:00", 1, 10],
    ["06-05 11:00", 2, 18],
    ["06-05 12:00", 3, 26],
    ["06-05 13:00", 4, 34],
    ["06-05 14:00", 5, 42],
    ["06-05 15:00", 6, 50],
  ]);
});

test("a ramp that says where it begins stands there at once", () => {
  const plan = rollout().rampTo(100, { from: 1, overHours: 1, everyMinutes: 30 }).build();

  expect(fallsOf(plan)).toEqual([
    ["06-05 10:00", 1, 1],
    ["06-05 10:30", 2, 50.5],
    ["06-05 11:00", 3, 100],
  ]);
});

test("parts of less than a bucket are left out, and keep their times", () => {
  const plan = rollout().rampTo(0.002, { from: 0, overHours: 4, everyMinutes: 60 }).build();

  expect(fallsOf(plan)).toEqual([
    ["06-05 10:00", 1, 0],
    ["06-05 11:00", 2, 0.001],
    ["06-05 13:00", 3, 0.002],
  ]);
});

test("steps fall within the window alone, and count from there", () => {
  const window = {
    timeZone: "Europe/Berlin",
    days: ["mon" as const, "fri" as const],
    from: "09:00",
    to: "13:00",
  };
  const plan = rollout("on", { window }).at(10).forHours(2).at(20).forHours(1).at(30).build();

  // A Friday; 10:00 by UTC is noon in Berlin.
  expect(fallsOf(plan)).toEqual([
    ["06-05 10:00", 1, 10],
    ["06-08 07:00", 2, 20],
    ["06-08 08:00", 3, 30],
  ]);
});

test("what comes after an approval or a sample may be any time later", () => {
  const plan = rollout().at(10).untilApproved().at(20).untilEvaluated(1000).at(30).forDays(1).build();
  const { falls, completed } = timeline(plan);

  expect(falls.map(({ isEarliest }) => isEarliest)).toEqual([false, true, true]);
  expect(completed).toEqual({ at: new Date("2026-06-06T10:00:00Z"), isEarliest: true });
});

test("moments that have passed are one change", () => {
  const plan = rollout()
    .at(10)
    .until(new Date("2026-01-01"))
    .at(20)
    .until(new Date("2026-02-01"))
    .at(30)
    .build();

  expect(timeline(plan).falls).toMatchObject([{ step: 3, foldedSteps: [1, 2] }]);
});

describe("the builder", () => {
  test("leaves each builder as it was", () => {
    const one = rollout().at(1);
    const held = one.forHours(1);
    one.at(2, { audience: "a == 1" });

    expect(one.build().steps).toEqual([{ share: { type: "percentage", value: 1 } }]);
    expect(held.at(5).build()).toEqual({
      variant: "on",
      steps: [
        { share: { type: "percentage", value: 1 }, hold: { type: "time", ms: 3_600_000 } },
        { share: { type: "percentage", value: 5 } },
      ],
    });
  });
});

function timeline(plan: PlanInput) {
  const input = parseInput(z.strictObject(planInput), plan);
  const { steps } = unfoldAll(
    input.steps.map((step) => ({ ...step, audience: null })),
    undefined,
  );
  const nothing = { appliedSteps: 0, startedAt: null, appliedAt: null, rampAt: null, releasedAt: null };
  const found = timelineOf(
    { steps, window: input.window ?? null, startAt: null, ...nothing },
    new Date(START),
  );
  return { ...found, steps };
}

function fallsOf(plan: PlanInput) {
  const { falls, steps } = timeline(plan);
  return falls.map(({ at, step }) => {
    const share = steps[step - 1]?.share;
    return [
      at.toISOString().slice(5, 16).replace("T", " "),
      step,
      share?.type === "percentage" ? share.buckets / 1000 : 0,
    ];
  });
}
