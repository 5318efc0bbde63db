import { RULESET_SCHEMA, type Ruleset, type RulesetPatch, type RulesetToggle } from "./ruleset.ts";

/**
 * One patch from revision `from` to the ruleset as it is, however many changes lie between.
 * `removed` gives the revision in which each toggle that is gone was removed; it must reach back to `from`.
 */
export function patchSince(
  ruleset: Ruleset,
  removed: Readonly<Record<string, number>>,
  from: number,
): RulesetPatch {
  const { epoch, revision, toggles } = ruleset;
  const changes: [string, RulesetToggle | null][] = Object.entries(toggles).filter(
    ([, toggle]) => toggle.revision > from,
  );
  for (const [key, removedAt] of Object.entries(removed)) {
    if (removedAt > from && !Object.hasOwn(toggles, key)) changes.push([key, null]);
  }
  return { schema: RULESET_SCHEMA, epoch, from, to: revision, changes: Object.fromEntries(changes) };
}
