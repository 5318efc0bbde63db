import type { RolloutWindow } from "@burgee/db";
import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { isOpen, nextOpening, WEEKDAYS, windowInput } from "./opening-hours.ts";

const MINUTE_MS = 60_000;

/** A day around which each zone's clocks are changed, by an hour or by half of one, northward and southward, over midnight too. */
const CHANGES: readonly (readonly [zone: string, day: string])[] = [
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["America/Santiago", "2026-09-06"],
  ["Africa/Cairo", "2026-04-24"],
  ["Atlantic/Azores", "2026-03-29"],
  ["Asia/Kathmandu", "2026-06-01"],
];

/** Steps of five minutes, in which clocks are changed as well. */
const STEP_MS = 5 * MINUTE_MS;
const clock = fc
  .integer({ min: 0, max: 24 * 12 })
  .map((steps) => steps * 5)
  .map((minutes) => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`);
const window = fc
  .record({
    change: fc.constantFrom(...CHANGES),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
    from: clock,
    to: clock,
  })
  .filter(({ from, to }) => from < to);

test("opens at the first minute at which its clock shows one of its times, also where clocks are changed", () => {
  fc.assert(
    fc.property(window, fc.integer({ min: -2 * 24 * 60, max: 24 * 60 }), ({ change, ...hours }, minutes) => {
      const [timeZone, day] = change;
      const at = new Date(
        DateTime.fromISO(`${day}T00:00`, { zone: timeZone }).toMillis() + minutes * MINUTE_MS,
      );
      const opens = { timeZone, ...hours };

      expect(nextOpening(opens, at)).toEqual(byLooking(opens, at));
    }),
    { numRuns: 150, seed: 38 },
  );
});

test.each<[string, RolloutWindow, string, string]>([
  [
    "at nine in the morning of a Monday",
    hours("Europe/Berlin", "09:00", "17:00"),
    "2026-03-27T17:00:00Z",
    "2026-03-30T07:00:00Z",
  ],
  [
    "an hour earlier by UTC in summer",
    hours("Europe/Berlin", "09:00", "17:00"),
    "2026-03-30T05:00:00Z",
    "2026-03-30T07:00:00Z",
  ],
  [
    "at once where it is open",
    hours("UTC", "09:00", "17:00"),
    "2026-03-30T10:30:17Z",
    "2026-03-30T10:30:17Z",
  ],
  [
    "where clocks are put forward over its beginning, at that moment",
    hours("Europe/Berlin", "02:30", "04:00"),
    "2026-03-28T12:00:00Z",
    "2026-03-29T01:00:00Z",
  ],
  [
    "where they are put forward over all of it, a day later",
    hours("Europe/Berlin", "02:10", "02:50"),
    "2026-03-28T12:00:00Z",
    "2026-03-30T00:10:00Z",
  ],
  [
    "again where its hour comes again",
    hours("Europe/Berlin", "02:30", "02:45"),
    "2026-10-25T00:50:00Z",
    "2026-10-25T01:30:00Z",
  ],
])("opens %s", (_, opens, at, opening) => {
  const days = at < "2026-03-28" ? opens.days.slice(0, 5) : opens.days;

  expect(nextOpening({ ...opens, days }, new Date(at))).toEqual(new Date(opening));
});

test("is closed at the minute of its end", () => {
  const opens = hours("UTC", "09:00", "24:00");

  expect(isOpen(opens, new Date("2026-01-01T23:59:59.999Z"))).toBe(true);
  expect(isOpen(opens, new Date("2026-01-02T00:00:00Z"))).toBe(false);
  expect(windowInput.safeParse({ ...opens, days: ["mon"], from: "24:00" }).success).toBe(false);
});

function hours(timeZone: string, from: string, to: string): RolloutWindow {
  return { timeZone, days: WEEKDAYS, from, to };
}

/** As plain as can be: all is looked at. */
function byLooking(opens: RolloutWindow, at: Date): Date {
  const steps = Math.ceil(at.getTime() / STEP_MS) * STEP_MS;
  for (const moment of [
    at.getTime(),
    ...Array.from({ length: 16 * 24 * 12 }, (_, n) => steps + n * STEP_MS),
  ]) {
    if (isOpen(opens, new Date(moment))) return new Date(moment);
  }
  throw new Error("It never opens.");
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
