/** Numbers as sentences have them. */
import type { ArmCounts } from "./period-counts.ts";

export function asPercent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** Of a share that somebody wrote: without what binary fractions add. */
export function asPercentExactly(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

export function asValue(value: number | undefined): string {
  return value === undefined
    ? "nothing"
    : Number.isFinite(value)
      ? String(Number(value.toPrecision(3)))
      : "anything";
}

export function ofUsers({ users, hits }: Pick<ArmCounts, "users" | "hits">): string {
  return users === 0 ? "nobody" : `${asPercent(hits / users)} of ${users} users`;
}
