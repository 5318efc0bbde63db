/** The next ruleset of an environment: the one before it, with what some revisions changed. */
import type { SettingVersion } from "@burgee/db";
import { RULESET_SCHEMA, type Ruleset, type RulesetToggle } from "@burgee/engine";
import { compileToggle } from "./compile-toggle.ts";

export interface Published {
  readonly ruleset: Ruleset;
  /** Which toggles left the ruleset, and at which revision: so that a patch can tell an SDK that was away. */
  readonly removed: Readonly<Record<string, number>>;
}

/** How many toggles that left are remembered; an SDK that was away for longer gets the whole ruleset. */
export const REMEMBERED_REMOVALS = 1000;

/** @throws {CompileError} */
export function compileRuleset(
  previous: Published,
  target: Pick<Ruleset, "project" | "environment" | "epoch" | "revision">,
  changed: readonly (SettingVersion & { readonly toggleKey: string })[],
): Published {
  const toggles = new Map<string, RulesetToggle>(Object.entries(previous.ruleset.toggles));
  const removed = new Map<string, number>(Object.entries(previous.removed));
  for (const version of changed) {
    if (version.state.archived) {
      toggles.delete(version.toggleKey);
      removed.set(version.toggleKey, version.revision);
    } else {
      toggles.set(version.toggleKey, compileToggle(version));
      removed.delete(version.toggleKey);
    }
  }
  return {
    ruleset: { schema: RULESET_SCHEMA, ...target, toggles: Object.fromEntries(byKey(toggles)) },
    removed: Object.fromEntries(newest(removed)),
  };
}

/** In the order of keys, so that one state has one body, whatever led to it. */
function byKey(toggles: ReadonlyMap<string, RulesetToggle>): readonly (readonly [string, RulesetToggle])[] {
  return [...toggles].sort(([a], [b]) => (a < b ? -1 : 1));
}

function newest(removed: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...removed].sort(([, a], [, b]) => b - a).slice(0, REMEMBERED_REMOVALS);
}
