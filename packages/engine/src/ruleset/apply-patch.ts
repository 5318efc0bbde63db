import type { Ruleset, RulesetPatch } from "./ruleset.ts";

export interface PatchError {
  readonly code: "wrong_epoch" | "wrong_revision";
  readonly message: string;
}

export type PatchResult =
  | { readonly ok: true; readonly ruleset: Ruleset }
  | { readonly ok: false; readonly error: PatchError };

/** The ruleset after the patch, all of it or none; toggles that it does not name stay the same objects. */
export function applyPatch(ruleset: Ruleset, patch: RulesetPatch): PatchResult {
  if (patch.epoch !== ruleset.epoch) {
    return refuse("wrong_epoch", `The patch is of epoch ${patch.epoch}, the ruleset of ${ruleset.epoch}.`);
  }
  if (patch.from !== ruleset.revision) {
    return refuse(
      "wrong_revision",
      `The patch starts at ${patch.from}, the ruleset is at ${ruleset.revision}.`,
    );
  }
  if (patch.to === patch.from) return { ok: true, ruleset };

  // A Map, not assignment: a toggle may be called __proto__.
  const toggles = new Map(Object.entries(ruleset.toggles));
  for (const [key, toggle] of Object.entries(patch.changes)) {
    if (toggle) toggles.set(key, toggle);
    else toggles.delete(key);
  }
  return { ok: true, ruleset: { ...ruleset, revision: patch.to, toggles: Object.fromEntries(toggles) } };
}

function refuse(code: PatchError["code"], message: string): PatchResult {
  return { ok: false, error: { code, message } };
}
