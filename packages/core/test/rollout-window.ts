/**
 * A plan's window while time passes for the plan and not for the clock: its place moves to another time zone instead, of those that have whole
 * hours and never change. It opens and closes half an hour away from any whole hour of the plan's.
 */
import type pg from "pg";
import type { ModelWindow } from "./rollout-model.ts";

export interface WindowByZones {
  readonly from: string;
  readonly to: string;
  /** How far ahead of UTC clocks are in its first place. */
  readonly offsetHours: number;
}

const HOURS_A_DAY = 24;
const MOST_BEHIND = 12;
/** On clocks there. The end of the longest lies before midnight. */
const OPENS_AT_HOUR = 6;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** @param begin the moment at which the plan's time begins */
export function byZones({ opensAfterHours, hours }: ModelWindow, begin: Date): WindowByZones {
  const minute = (begin.getUTCMinutes() + 30) % 60;
  const time = (hour: number) => `${pad(hour)}:${pad(minute)}`;
  const beginMinutes = begin.getUTCHours() * 60 + begin.getUTCMinutes();
  const placeMinutes = OPENS_AT_HOUR * 60 + minute - opensAfterHours * 60;
  return {
    from: time(OPENS_AT_HOUR),
    to: time(OPENS_AT_HOUR + hours),
    offsetHours: (placeMinutes - beginMinutes) / 60,
  };
}

/** As it comes over the wire, once so many hours have passed. */
export function windowAfter({ from, to, offsetHours }: WindowByZones, hours: number) {
  return { timeZone: zoneOf(offsetHours + hours), days: DAYS, from, to };
}

export async function passInWindow(
  admin: pg.Pool,
  id: string,
  window: WindowByZones,
  hours: number,
): Promise<void> {
  await admin.query("update burgee.rollout_plans set open_window = $2 where rollout_plan_id = $1", [
    id,
    JSON.stringify(windowAfter(window, hours)),
  ]);
}

/** What is a day ahead shows the same. The sign is that of POSIX: `Etc/GMT-3` is ahead of UTC. */
function zoneOf(aheadHours: number): string {
  const cycle = (((aheadHours + MOST_BEHIND) % HOURS_A_DAY) + HOURS_A_DAY) % HOURS_A_DAY;
  const ahead = cycle - MOST_BEHIND;
  if (ahead === 0) return "Etc/GMT";
  return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
