import type { Ruleset } from "@burgee/engine";

/** The keys of toggles that are new, gone or different. Without a ruleset before, every toggle is new. */
export function changedKeys(before: Ruleset | undefined, after: Ruleset): string[] {
  const old = new Map(Object.entries(before?.toggles ?? {}));
  const changed: string[] = [];
  for (const [key, toggle] of Object.entries(after.toggles)) {
    if (JSON.stringify(old.get(key)) !== JSON.stringify(toggle)) changed.push(key);
    old.delete(key);
  }
  return [...changed, ...old.keys()];
}
