import type { RawBuilder } from "kysely";
import { timeOrderedId } from "../time-ordered-id.ts";

/** A new epoch. As text a later one sorts after an earlier one. */
export function newEpoch(): RawBuilder<string> {
  return timeOrderedId<string>();
}
