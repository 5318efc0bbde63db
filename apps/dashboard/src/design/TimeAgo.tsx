import { Tooltip } from "@mantine/core";
import { useNow } from "./use-now.ts";

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const local = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const utc = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });

export interface TimeAgoProps {
  readonly at: string | Date;
}

/** A moment as people say it, with the exact one, here and in UTC, for who points at it or tabs to it. */
export function TimeAgo({ at }: TimeAgoProps) {
  const now = useNow();
  const moment = new Date(at);
  return (
    <Tooltip label={`${local.format(moment)} (${utc.format(moment)} UTC)`} multiline>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time is there for keyboards as well */}
      <time dateTime={moment.toISOString()} tabIndex={0} suppressHydrationWarning>
        {agoText(moment, now)}
      </time>
    </Tooltip>
  );
}

/** `3 minutes ago`, `in 2 hours`, `just now`. */
export function agoText(moment: Date, now: number): string {
  const seconds = (moment.getTime() - now) / 1_000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (step) return relative.format(Math.trunc(seconds / step[1]), step[0]);
  return Math.abs(seconds) < 10 ? "just now" : relative.format(Math.trunc(seconds), "second");
}
