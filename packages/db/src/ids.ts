import { randomUUID } from "node:crypto";

/** A new random id of the kind that the caller names: `newId<ToggleId>()`. */
export function newId<Id extends string>(): Id {
  return randomUUID() as Id;
}
