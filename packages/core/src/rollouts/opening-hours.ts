/** When a window is open: whenever the clock on the wall of its place shows one of its times on one of its days. */
import type { RolloutWindow, Weekday } from "@burgee/db";
import { DateTime, IANAZone } from "luxon";
import { z } from "zod";

export const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A day that lacks the window's hours, since clocks are put forward over them, comes back a week later. */
const MOST_DAYS = 15;

const timeOfDay = z
  .string()
  .regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, "Write a time of day as 09:00, 24:00 at the latest.");

export const windowInput = z
  .strictObject({
    timeZone: z
      .string()
      .max(64)
      .refine((name) => IANAZone.isValidZone(name), {
        error: ({ input }) => `${input} is no time zone; name one as the IANA database does: Europe/Berlin.`,
      }),
    days: z.array(z.enum(WEEKDAYS)).min(1, "Name at least one day.").max(WEEKDAYS.length),
    from: timeOfDay,
    to: timeOfDay,
  })
  .refine(({ from, to }) => minutesOf(from) < minutesOf(to), {
    path: ["to"],
    error: "A window ends after it begins, on the same day.",
  });

export function isOpen({ timeZone, days, from, to }: RolloutWindow, at: Date): boolean {
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  const minutes = local.hour * 60 + local.minute;
  const day = WEEKDAYS[local.weekday - 1];
  return day !== undefined && days.includes(day) && minutes >= minutesOf(from) && minutes < minutesOf(to);
}

/** The first moment from `at` on at which it is open. */
export function nextOpening(window: RolloutWindow, at: Date): Date {
  if (isOpen(window, at)) return at;
  const today = DateTime.fromJSDate(at, { zone: window.timeZone });
  const days = Array.from({ length: MOST_DAYS + 1 }, (_, ahead) => today.plus({ days: ahead }));
  const opening = days
    .flatMap((day) => openings(window, day))
    .sort((one, other) => one - other)
    .find((moment) => moment > at.getTime() && isOpen(window, new Date(moment)));
  if (opening !== undefined) return new Date(opening);
  throw new Error(`A window of ${window.timeZone} from ${window.from} to ${window.to} never opens.`);
}

/**
 * When it may open on a day: as its clock shows the hour, by each of the two offsets of a day on which clocks are changed, since the hour may come
 * twice; and where they are put forward over the hour, at that moment.
 */
function openings({ from, timeZone }: RolloutWindow, day: DateTime): readonly number[] {
  const minutes = minutesOf(from);
  const wall = Date.UTC(day.year, day.month - 1, day.day, Math.floor(minutes / 60), minutes % 60);
  const zone = IANAZone.create(timeZone);
  const [before, after] = [zone.offset(wall - DAY_MS), zone.offset(wall + DAY_MS)];
  const byOffset = [before, after].map((offset) => wall - offset * MINUTE_MS);
  return before === after ? byOffset : [...byOffset, changeWithin(zone, wall - DAY_MS, wall + DAY_MS)];
}

/** The minute at which the offset becomes that of the end. */
function changeWithin(zone: IANAZone, from: number, to: number): number {
  const after = zone.offset(to);
  let [before, changed] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
  while (changed - before > 1) {
    const middle = Math.floor((before + changed) / 2);
    if (zone.offset(middle * MINUTE_MS) === after) changed = middle;
    else before = middle;
  }
  return changed * MINUTE_MS;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
