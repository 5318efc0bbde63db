/** In which place's time a plan is read, and whether its clocks change meanwhile. */

export const OWN_TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const TIME_ZONES: readonly string[] = [
  ...new Set(["UTC", OWN_TIME_ZONE, ...Intl.supportedValuesOf("timeZone")]),
];

/** `Tue, 1 Dec, 16:20`. */
export function momentText(at: number | string, timeZone: string): string {
  return formatOf(timeZone).format(new Date(at));
}

/** Where clocks are put forward or back between two moments, as a sentence; undefined where they are not. */
export function clockChange(fromMs: number, toMs: number, timeZone: string): string | undefined {
  const [before, after] = [offsetOf(fromMs, timeZone), offsetOf(toMs, timeZone)];
  if (before === after) return undefined;
  return `Clocks in ${timeZone} change during this plan, from ${before} to ${after}: what is held for a time keeps its length, what has an hour keeps the hour.`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(timeZone, format);
  return format;
}

function offsetOf(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(
    new Date(atMs),
  );
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
