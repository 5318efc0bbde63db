/** What guards are shown on: traffic of which the truth is known, and what has to come of it. */
import { guardInput } from "../../src/guards/guard-input.ts";
import type { Outcome, Traffic } from "./simulate-rollouts.ts";

export interface Claim {
  readonly title: string;
  readonly traffic: Omit<Traffic, "runs" | "seed">;
  /** `alarms`: at most so many of all runs, by what was asked; `caught`: at least. */
  readonly alarms?: number;
  readonly caught?: number;
}

const RATE = { type: "error_rate", event: "failed", exposure: "opened" };
const FALSE_ALARMS = 0.05;

function guardOf(input: object) {
  return guardInput.parse({ key: "guard", leastSample: 200, falseAlarmRate: FALSE_ALARMS, ...input });
}

/** Nothing is wrong in these; what is asked is more than usual, so that the count says something. */
export const WITHOUT_FAULT: readonly Claim[] = [
  {
    title: "an error rate of 5 % in both arms, at most 1 time control",
    traffic: {
      guard: guardOf({ metric: RATE, atMostTimesControl: 1 }),
      control: 0.05,
      ratio: 1,
      lookEvery: 40,
    },
    alarms: FALSE_ALARMS,
  },
  {
    title: "an error rate of 40 % in both arms, at most 1 time control",
    traffic: {
      guard: guardOf({ metric: RATE, atMostTimesControl: 1 }),
      control: 0.4,
      ratio: 1,
      lookEvery: 40,
    },
    alarms: FALSE_ALARMS,
  },
  {
    title: "an error rate of 2 % that may be 2 %",
    traffic: { guard: guardOf({ metric: RATE, atMostPercent: 2 }), control: 0.02, ratio: 1, lookEvery: 40 },
    alarms: FALSE_ALARMS,
  },
  {
    title: "the same latency in both arms, 95 % quantile at most 1 time control",
    traffic: {
      guard: guardOf({ metric: { type: "latency", event: "shown" }, atMostTimesControl: 1 }),
      control: 100,
      ratio: 1,
      lookEvery: 100,
    },
    alarms: FALSE_ALARMS,
  },
];

/** What is asked of false alarms here is what a guard has by itself: 1 % of plans. */
export const WITH_FAULT: readonly Claim[] = [
  {
    title: "an error rate of 10 % against 5 %, within 1,500 users of each arm",
    traffic: {
      guard: guardOf({ metric: RATE, atMostTimesControl: 1, leastSample: 1_500, falseAlarmRate: 0.01 }),
      control: 0.05,
      ratio: 2,
      shares: [50],
    },
    caught: 0.95,
  },
  {
    title: "an error rate of 4 % against 2 %, within 4,000 users of each arm",
    traffic: {
      guard: guardOf({ metric: RATE, atMostTimesControl: 1, leastSample: 4_000, falseAlarmRate: 0.01 }),
      control: 0.02,
      ratio: 2,
      shares: [50],
    },
    caught: 0.95,
  },
  {
    title: "an error rate of 4 % where 2 % may be, within 2,500 users",
    traffic: {
      guard: guardOf({ metric: RATE, atMostPercent: 2, leastSample: 2_500, falseAlarmRate: 0.01 }),
      control: 0.02,
      ratio: 2,
      shares: [50],
    },
    caught: 0.95,
  },
  {
    title: "a latency of twice control's, within 1,000 users of each arm",
    traffic: {
      guard: guardOf({
        metric: { type: "latency", event: "shown" },
        atMostTimesControl: 1.2,
        leastSample: 1_000,
        falseAlarmRate: 0.01,
      }),
      control: 100,
      ratio: 2,
      shares: [50],
    },
    caught: 0.95,
  },
];

/** Whether so many alarms are what chance makes of what was claimed: by three standard deviations of the count. */
export function isAsClaimed({ alarms: most, caught: least }: Claim, { runs, alarms }: Outcome): boolean {
  const spread = (share: number) => 3 * Math.sqrt(runs * share * (1 - share));
  if (most !== undefined && alarms > runs * most + spread(most)) return false;
  return least === undefined || alarms >= runs * least - spread(least);
}

export function told({ title }: Claim, { runs, alarms, mismatches, usersAtAlarm }: Outcome): string {
  const at = (share: number) => usersAtAlarm[Math.floor(share * (usersAtAlarm.length - 1))];
  const when = alarms > 0 ? `, half of them by ${at(0.5)} users of treatment, 95 % by ${at(0.95)}` : "";
  return `${title}: ${alarms} of ${runs} plans stopped (${mismatches} by the sizes of the arms)${when}`;
}
