import { expect, test } from "vitest";
import type { Simulated } from "./plan.ts";
import { percentAt, timelineOf } from "./timeline.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 11, 1, hour)).toISOString();

const SIMULATED: Simulated = {
  steps: [
    {
      step: 1,
      foldedSteps: [],
      at: at(1),
      isEarliest: false,
      audience: null,
      share: { type: "percentage", value: 10 },
    },
    {
      step: 2,
      foldedSteps: [],
      at: at(3),
      isEarliest: true,
      audience: null,
      share: { type: "split", weights: { a: 60, b: 40 } },
    },
  ],
  completed: { at: at(4), isEarliest: true },
};

test("a plan begins at what stands, and what a split gives away from the default is its share", () => {
  const { points, endMs } = timelineOf(SIMULATED, {
    standing: 5,
    startMs: Date.parse(at(0)),
    defaultVariant: "a",
  });

  expect(points.map(({ step, percent, isEarliest }) => [step, percent, isEarliest])).toEqual([
    [0, 5, false],
    [1, 10, false],
    [2, 40, true],
  ]);
  expect(endMs).toBe(Date.parse(at(4)));
});

test("what stands at a moment is what the last step before it made", () => {
  const timeline = timelineOf(SIMULATED, { standing: 5, startMs: Date.parse(at(0)), defaultVariant: "a" });

  expect([0, 1, 2, 3].map((hour) => percentAt(timeline, Date.parse(at(hour))))).toEqual([5, 10, 10, 40]);
});
