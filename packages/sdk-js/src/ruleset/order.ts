import type { Ruleset } from "@burgee/engine";

/** Below 0 where `one` comes before `other`. Epochs are ordered as text, by code unit. */
export function order(one: Position, other: Position): number {
  if (one.epoch === other.epoch) return one.revision - other.revision;
  return one.epoch < other.epoch ? -1 : 1;
}

type Position = Pick<Ruleset, "epoch" | "revision">;
