import type { ListReference, Ruleset, RulesetPatch } from "./ruleset.ts";

/** The lists that travel beside a ruleset, or beside what a patch brings: each hash once. They are to be there before it is prepared. */
export function listsNeeded({ segments }: Ruleset | RulesetPatch): ReadonlyMap<string, ListReference> {
  const needed = new Map<string, ListReference>();
  for (const segment of Object.values(segments ?? {})) {
    for (const list of [segment?.includeList, segment?.excludeList]) if (list) needed.set(list.hash, list);
  }
  return needed;
}
