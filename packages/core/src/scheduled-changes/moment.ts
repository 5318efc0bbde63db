/** When something is to happen: an instant, or a local time in a zone, which becomes the instant that clocks there show it at. */
import { z } from "zod";
import { refuse } from "../errors/invalid-input.ts";

const zone = z
  .string()
  .max(64)
  .refine(isZone, "Name a time zone as the IANA database does, such as Europe/Berlin.");

const local = z.iso
  .datetime({ local: true, error: "Give a local time, such as 2027-01-31T09:00:00." })
  .refine((text) => !text.endsWith("Z"), "Give a local time without an offset: the zone says it.");

export const momentInput = z.union([
  z.iso.datetime({
    offset: true,
    error: "Give a time with its offset, such as 2027-01-31T09:00:00+01:00, or { local, zone }.",
  }),
  z.strictObject({ local, zone }),
]);
type MomentInput = z.output<typeof momentInput>;

export interface Moment {
  readonly at: Date;
  readonly zone: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The instant that is meant. A local time that clocks show twice is the first of the two.
 * @param pointer where it stands in the input
 * @throws {AppError} "invalid_input" for a local time that clocks there never show
 */
export function momentOf(input: MomentInput, pointer: string): Moment {
  if (typeof input === "string") return { at: new Date(input), zone: null };
  const [first] = instantsOf(input.local, input.zone);
  if (first !== undefined) return { at: new Date(first), zone: input.zone };
  const message = `Clocks in ${input.zone} never show ${input.local}: they are put forward over it. Give an earlier or a later time.`;
  throw refuse([{ pointer: `${pointer}/local`, code: "no_such_time", message }]);
}

/** All of them, the first one first: zones change their offset at most once in two days. */
function instantsOf(local: string, zone: string): readonly number[] {
  const asUtc = Date.parse(`${local}Z`);
  const offsets = new Set([asUtc - DAY_MS, asUtc + DAY_MS].map((ms) => offsetMs(zone, ms)));
  return [...offsets]
    .map((offset) => asUtc - offset)
    .filter((ms) => offsetMs(zone, ms) === asUtc - ms)
    .sort((one, other) => one - other);
}

/** How far clocks there are ahead of UTC. */
function offsetMs(zone: string, atMs: number): number {
  const wholeMs = Math.floor(atMs / 1000) * 1000;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  }).formatToParts(wholeMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - wholeMs;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
