/** How far toggles are in their life, in words, and why some should be looked at. */
import type { Outputs } from "../api/trpc.ts";

export type ToggleLife = Outputs["toggles"]["lifecycle"]["items"][number];
export type Days = Outputs["toggles"]["lifecycle"]["days"];
export type Stage = NonNullable<ToggleLife["life"]>["stage"];

export const STAGES = [
  "new",
  "live",
  "never_seen",
  "fully_on",
  "fully_off",
  "past_end",
] as const satisfies readonly Stage[];

export const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  new: "New",
  live: "Live",
  never_seen: "Never seen",
  fully_on: "Fully on",
  fully_off: "Fully off",
  past_end: "Past its end",
};

export function reasonText(stage: Stage, { settledAfterDays, unseenAfterDays }: Days): string {
  switch (stage) {
    case "never_seen":
      return `No SDK asked for it within ${unseenAfterDays} days of its making.`;
    case "fully_on":
      return `Everybody gets one variant everywhere; after ${settledAfterDays} days the code can do without it.`;
    case "fully_off":
      return `It is off everywhere; after ${settledAfterDays} days the code can do without it.`;
    case "past_end":
      return "The day until which it was expected to be needed is over.";
    case "new":
      return "It was made a short while ago.";
    case "live":
      return "It serves people differently.";
    default:
      return stage satisfies never;
  }
}

const DAY_MS = 86_400_000;

/** In whole days. */
export function ageOf({ createdAt }: Pick<ToggleLife, "createdAt">, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(createdAt)) / DAY_MS));
}
