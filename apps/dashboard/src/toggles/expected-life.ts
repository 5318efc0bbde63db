/** What a toggle is for says how long it is expected to be needed. Afterwards it is called stale, and nothing ends by itself. */

export type Life = (typeof LIVES)[number]["value"];

export const LIVES = [
  {
    value: "release",
    label: "Release",
    days: 90,
    means: "Called stale 90 days from now: by then everybody should have what is new.",
  },
  {
    value: "experiment",
    label: "Experiment",
    days: 45,
    means: "Called stale 45 days from now: by then there should be a winner.",
  },
  {
    value: "permanent",
    label: "Permanent",
    days: null,
    means: "A kill switch, a permission or an operational setting: it has no end.",
  },
] as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** `2027-06-30`; null for one without an end. */
export function lastDayOf(life: Life, now = Date.now()): string | null {
  const days = LIVES.find(({ value }) => value === life)?.days ?? null;
  return days === null ? null : new Date(now + days * DAY_MS).toISOString().slice(0, 10);
}
