/** The text forms of times in CEL, as far as a writer must tell right from wrong. */

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const MS_PER_MINUTE = 60_000;
/** Of the years 1 and 9999, which hold all timestamps. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Whether the text is a moment by RFC 3339, within the years 1 to 9999 of UTC. */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (!match) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCMonth() === month - 1; // a day too many is one of the next month
  if (!isReal || month < 1 || hour > 23 || minute > 59 || second > 59) return false;

  const [sign, hours = "0", minutes = "0"] = match.slice(7);
  if (Number(hours) > 23 || Number(minutes) > 59) return false;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const seconds = Math.floor((date.getTime() - offset * MS_PER_MINUTE) / 1000);
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

export function isTimestampSeconds(seconds: bigint): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

const DURATION = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/;
const PART = /([\d.]+)(h|ms|m|s|us|µs|ns)/g;
const SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};
const MAX_DURATION_SECONDS = 315_576_000_000;

/** Whether the text is a span of time as CEL has it: decimals with a unit each, as `1h30m`, `1.5s`, `-500ms`. */
export function isDuration(text: string): boolean {
  if (text.length > 100 || !DURATION.test(text)) return false;
  let seconds = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(PART)) {
    seconds += Number(amount) * (SECONDS[unit] ?? 0);
  }
  return seconds <= MAX_DURATION_SECONDS;
}

/** Whether the text names a time zone: `UTC`, a name of the IANA database, or an offset such as `+02:00` or `02:00`. */
export function isTimeZone(text: string): boolean {
  if (/^[+-]?(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
