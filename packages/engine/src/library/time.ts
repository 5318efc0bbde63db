/** Texts of timestamps (RFC 3339), of durations (`1h30m1.5s`), of offsets (`+05:30`). */
import { type Failure, MALFORMED } from "../values/failure.ts";
import { type Duration, duration, SECOND, type Timestamp, timestamp } from "../values/scalar.ts";

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-]\d\d:\d\d))$/;
const DURATION = /^([+-]?)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|m|s|ms|us|µs|ns))+$/;
const DURATION_PART = /(\d*)\.?(\d*)([a-zµ]+)/g;

/** Nanoseconds of a millisecond. */
export const MS = 1_000_000n;
const unitNs: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: MS,
  us: 1000n,
  µs: 1000n,
};

export function parseTimestamp(text: string): Timestamp | Failure {
  const [, civil, fraction = "", offset = "00:00"] = RFC3339.exec(text) ?? [];
  const local = Date.parse(`${civil}Z`);
  const ms = local - offsetMs(offset);
  // What is read as another day, as the 30th of February, does not come back.
  if (Number.isNaN(ms) || new Date(local).toISOString().slice(0, 19) !== civil) return MALFORMED;
  return timestamp(BigInt(ms) * MS + BigInt(fraction.padEnd(9, "0")));
}

export function parseDuration(text: string): Duration | Failure {
  const [, sign] = DURATION.exec(text) ?? [];
  if (sign === undefined) return MALFORMED;
  let ns = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(DURATION_PART)) {
    ns += (BigInt(whole + fraction) * (unitNs[unit] ?? 1n)) / 10n ** BigInt(fraction.length);
  }
  return duration(sign === "-" ? -ns : ns);
}

export function printTimestamp({ value }: Timestamp): string {
  const seconds = new Date(Number(floor(value, MS))).toISOString().slice(0, 19);
  return `${seconds}${printFraction(value)}Z`;
}

export function printDuration({ value }: Duration): string {
  const size = value < 0n ? -value : value;
  return `${value < 0n ? "-" : ""}${size / SECOND}${printFraction(size)}s`;
}

/** `.5`, or nothing for whole seconds. */
function printFraction(ns: bigint): string {
  return `.${String(ns - floor(ns, SECOND) * SECOND).padStart(9, "0")}`.replace(/\.?0+$/, "");
}

/** How many whole `units` there are, down. */
export function floor(ns: bigint, unit: bigint): bigint {
  return (ns - (((ns % unit) + unit) % unit)) / unit;
}

/** `+05:30`, also without its sign; NaN for what is no offset. */
export function offsetMs(text: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return (sign === "-" ? -size : size) * 60_000;
}

const OFFSET = /^([+-]?)([01]\d|2[0-3]):([0-5]\d)$/;
