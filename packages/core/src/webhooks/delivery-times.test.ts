import { describe, expect, test } from "vitest";
import { blockMsOf, DELIVERY_TIMES, retryMs } from "./delivery-times.ts";

const now = new Date("2026-01-31T12:00:00Z");
const asked = (failures: number, retryAfter: string | null = null, random = () => 0.5) =>
  retryMs(DELIVERY_TIMES, failures, { retryAfter, now, random });

describe("a delivery that failed", () => {
  test("comes again after 5 s, 30 s, 2 min, 15 min, 1 h, 6 h and 24 h, and is then given up", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((failures) => asked(failures))).toEqual([
      5_000,
      30_000,
      120_000,
      900_000,
      3_600_000,
      21_600_000,
      86_400_000,
      undefined,
    ]);
  });

  test("comes half as early at the earliest, and half as late again at the latest", () => {
    expect([asked(0, null, () => 0), asked(0, null, () => 1)]).toEqual([2_500, 7_500]);
  });

  test.each([
    ["60", 60_000],
    ["0", 5_000],
    ["999999999", 86_400_000],
    ["Sat, 31 Jan 2026 12:05:00 GMT", 300_000],
    ["Sat, 31 Jan 2026 11:00:00 GMT", 5_000],
    ["Fri, 31 Jan 2036 12:00:00 GMT", 86_400_000],
    ["soon", 5_000],
    ["-1", 5_000],
  ])("waits for as long as its endpoint asks with Retry-After: %s, a day at most", (retryAfter, expected) => {
    expect(asked(0, retryAfter)).toBe(expected);
  });
});

test("an endpoint is left alone from the tenth failure in a row on, longer each time, and 15 minutes at most", () => {
  const blockMs = blockMsOf(DELIVERY_TIMES, () => 0.5);

  expect([1, 9, 10, 11, 14, 15, 1_000_000].map(blockMs)).toEqual([
    0, 0, 30_000, 60_000, 480_000, 900_000, 900_000,
  ]);
});
