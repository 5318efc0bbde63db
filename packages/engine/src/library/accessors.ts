/** `getHours()` and its like: of a timestamp in a time zone, UTC unless one is named, and of a duration. */
import { MALFORMED } from "../values/failure.ts";
import type { Meanings, Run } from "../values/run.ts";
import { Duration, SECOND, Timestamp } from "../values/scalar.ts";
import { prices } from "./prices.ts";
import { floor, MS, offsetMs } from "./time.ts";

const DAY_MS = 86_400_000;
const KEPT_ZONES = 64;

/** The part of a moment whose UTC fields are those of the zone. */
type Part = (local: Date) => number;

/** The accessors by name, as methods. Of a duration, the whole of it: `duration('90m').getMinutes()` is 90. */
export const accessors: Meanings = {
  ".getFullYear": partOf((local) => local.getUTCFullYear()),
  ".getMonth": partOf((local) => local.getUTCMonth()),
  ".getDayOfYear": partOf((local) => (local.getTime() - new Date(local).setUTCMonth(0, 1)) / DAY_MS),
  ".getDayOfMonth": partOf((local) => local.getUTCDate() - 1),
  ".getDate": partOf((local) => local.getUTCDate()),
  ".getDayOfWeek": partOf((local) => local.getUTCDay()),
  ".getHours": partOf((local) => local.getUTCHours(), 3600n * SECOND),
  ".getMinutes": partOf((local) => local.getUTCMinutes(), 60n * SECOND),
  ".getSeconds": partOf((local) => local.getUTCSeconds(), SECOND),
  ".getMilliseconds": partOf((local) => local.getUTCMilliseconds(), MS, SECOND),
};

function partOf(
  part: Part,
  unit?: bigint,
  within?: bigint,
): (run: Run, time: unknown, zone: unknown) => unknown {
  return (run, time, zone) => {
    if (time instanceof Duration && unit !== undefined && zone === undefined) {
      return (within === undefined ? time.value : time.value % within) / unit;
    }
    if (!(time instanceof Timestamp)) return undefined;
    const ms = Number(floor(time.value, MS));
    const offset = zone === undefined ? 0 : zoneOffsetMs(run, zone, ms);
    if (offset === undefined) return undefined;
    return Number.isNaN(offset) ? MALFORMED : BigInt(part(new Date(ms + offset)));
  };
}

/** NaN for what is no time zone; `undefined` for what is no text, or where the budget is exceeded. */
function zoneOffsetMs(run: Run, zone: unknown, ms: number): number | undefined {
  if (typeof zone !== "string") return undefined;
  const fixed = offsetMs(zone);
  if (!Number.isNaN(fixed)) return fixed;
  if (!run.spend(prices.zone)) return undefined;
  // Some runtimes take `+0530` for a name, others do not.
  if (!/^[a-z]/i.test(zone)) return Number.NaN;
  try {
    return namedOffsetMs(formatOf(zone).format(ms));
  } catch {
    return Number.NaN;
  }
}

/** Of `1/1/1900, GMT+05:41:16`; of UTC nothing stands behind `GMT`. */
function namedOffsetMs(formatted: string): number {
  const [, sign, ...parts] = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(formatted) ?? [];
  const [hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  const size = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return (sign === "-" ? -size : size) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  if (formats.size === KEPT_ZONES) formats.clear();
  formats.set(timeZone, made);
  return made;
}
