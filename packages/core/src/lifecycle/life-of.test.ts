import type { SettingState } from "@burgee/db";
import { BUCKETS } from "@burgee/engine";
import { describe, expect, test } from "vitest";
import { type Evidence, lifeOf } from "./life-of.ts";

const NOW = new Date("2027-03-31T12:00:00Z");
const DAYS = { settledAfterDays: 30, unseenAfterDays: 14 };
const ON: SettingState = {
  enabled: true,
  archived: false,
  offVariant: "off",
  defaultVariant: "on",
  rules: [],
  rollout: null,
};
const OFF = { ...ON, enabled: false };
const rollout = { type: "percentage", variant: "on", stickiness: "userId" } as const;

describe("a toggle that is seen", () => {
  test.each<[string, readonly SettingState[], string]>([
    ["on everywhere", [ON, ON], "fully_on"],
    ["off everywhere", [OFF, OFF], "fully_off"],
    ["on here and off there", [ON, OFF], "live"],
    ["on with another variant there", [ON, { ...ON, defaultVariant: "off" }], "live"],
    [
      "rolled out to all",
      [{ ...ON, defaultVariant: "off", rollout: { ...rollout, buckets: BUCKETS } }],
      "fully_on",
    ],
    [
      "rolled out to most",
      [{ ...ON, defaultVariant: "off", rollout: { ...rollout, buckets: BUCKETS - 1 } }],
      "live",
    ],
    [
      "split into one",
      [{ ...ON, rollout: { type: "split", slices: [["on", 0, BUCKETS]], stickiness: "userId" } }],
      "fully_on",
    ],
    ["on with a target", [{ ...ON, targets: { off: ["ada"] } }], "live"],
    ["on with a prerequisite", [{ ...ON, prerequisites: [{ toggle: "base", variants: ["on"] }] }], "live"],
    [
      "on with a rule",
      [{ ...ON, rules: [{ id: "a", condition: "true", serve: { type: "variant", variant: "on" } }] }],
      "live",
    ],
  ])("and is %s is %s", (_, states, stage) => {
    expect(lifeOf(evidence({ states, changedDaysAgo: 1 }), DAYS, NOW)).toMatchObject({
      stage,
      staleSince: null,
    });
  });

  test.each([
    [29, false],
    [30, true],
  ])("and settled %i days ago: stale is %s", (changedDaysAgo, isStale) => {
    const { stageSince, staleSince } = lifeOf(evidence({ changedDaysAgo }), DAYS, NOW);

    expect([stageSince, staleSince !== null]).toEqual([daysAgo(changedDaysAgo), isStale]);
  });
});

test.each([
  [13, "new", false],
  [14, "never_seen", true],
])("a toggle of %i days that nobody saw is %s", (days, stage, isStale) => {
  const found = lifeOf({ ...evidence({}), lastSeenAt: null, createdAt: daysAgo(days) }, DAYS, NOW);

  expect([found.stage, found.staleSince !== null]).toEqual([stage, isStale]);
});

test.each([
  ["2027-03-31", "live", false],
  ["2027-03-30", "past_end", true],
])("a toggle that is expected to end on %s is %s", (expectedEnd, stage, isStale) => {
  const found = lifeOf({ ...evidence({ states: [ON, OFF] }), expectedEnd }, DAYS, NOW);

  expect([found.stage, found.staleSince !== null]).toEqual([stage, isStale]);
});

test("since when it is live, or stale, stays what was found first", () => {
  const before = { stage: "live", stageSince: daysAgo(9), staleSince: daysAgo(3) } as const;

  const live = lifeOf(evidence({ states: [ON, OFF] }), DAYS, NOW, before);
  const stale = lifeOf(evidence({ changedDaysAgo: 99 }), DAYS, NOW, before);

  expect([live.stageSince, live.staleSince, stale.staleSince]).toEqual([daysAgo(9), null, daysAgo(3)]);
});

function evidence({
  states = [ON],
  changedDaysAgo = 1,
}: {
  readonly states?: readonly SettingState[];
  readonly changedDaysAgo?: number;
}): Evidence {
  return {
    createdAt: daysAgo(200),
    expectedEnd: null,
    settings: states.map((state) => ({ state, updatedAt: daysAgo(changedDaysAgo) })),
    lastSeenAt: daysAgo(0),
  };
}

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 86_400_000);
}
