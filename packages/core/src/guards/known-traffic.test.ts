import { expect, test } from "vitest";
import { isAsClaimed, told, WITH_FAULT, WITHOUT_FAULT } from "../../test/guards/known-traffic.ts";
import { simulateRollouts } from "../../test/guards/simulate-rollouts.ts";

/** `npm run guards` does all of them as often. */
const PLANS = 2_000;
const [shown, ...others] = WITHOUT_FAULT;

test("of 2,000 plans in which nothing is wrong, no more are stopped than was asked", () => {
  if (!shown) throw new Error("There is none.");
  const outcome = simulateRollouts({ ...shown.traffic, runs: PLANS, seed: 7 });

  expect(isAsClaimed(shown, outcome), told(shown, outcome)).toBe(true);
  // Without any, it would not be known whether it ever speaks.
  expect(outcome.alarms).toBeGreaterThan(0);
}, 60_000);

test.each(others)(
  "where nothing is wrong, no more plans are stopped than was asked: $title",
  (claim) => {
    const outcome = simulateRollouts({ ...claim.traffic, runs: 200, seed: 8 });

    expect(isAsClaimed(claim, outcome), told(claim, outcome)).toBe(true);
  },
  60_000,
);

test.each(WITH_FAULT)(
  "what is twice as bad is caught within the sample that was asked: $title",
  (claim) => {
    const outcome = simulateRollouts({ ...claim.traffic, runs: 100, seed: 9 });

    expect(isAsClaimed(claim, outcome), told(claim, outcome)).toBe(true);
  },
  60_000,
);

test("arms that lose users are stopped for that, and arms that don't are not", () => {
  const [claim] = WITHOUT_FAULT;
  if (!claim) throw new Error("There is none.");
  const guard = { ...claim.traffic.guard, leastSample: 8_000, falseAlarmRate: 0.01 };
  const traffic = { ...claim.traffic, guard, shares: [50], seed: 10, lookEvery: 100 };

  const losing = simulateRollouts({ ...traffic, lost: 0.15, runs: 40 });
  const whole = simulateRollouts({ ...traffic, runs: 40 });

  expect(losing.mismatches).toBeGreaterThanOrEqual(38);
  expect(whole.mismatches).toBe(0);
}, 60_000);
