import type { Ruleset, RulesetPatch } from "./ruleset.ts";

export interface PatchError {
  readonly code: "wrong_epoch" | "wrong_revision";
  readonly message: string;
}

export type PatchResult =
  | { readonly ok: true; readonly ruleset: Ruleset }
  | { readonly ok: false; readonly error: PatchError };

/** The ruleset after the patch, all of it or none; toggles and segments that it does not name stay the same objects. */
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
  if (patch.to <= patch.from) {
    return refuse(
      "wrong_revision",
      `The patch leads from ${patch.from} to ${patch.to}, not to a later revision.`,
    );
  }

  const { toggles, segments } = ruleset;
  const changed = {
    revision: patch.to,
    traceparent: patch.traceparent,
    toggles: withChanges(toggles, patch.changes),
    ...(patch.attributes && { attributes: patch.attributes }),
    ...(patch.segments && { segments: withChanges(segments ?? {}, patch.segments) }),
  };
  return { ok: true, ruleset: { ...ruleset, ...changed } };
}

/** A Map, not assignment: a key may be __proto__. */
function withChanges<Part extends object>(
  parts: Readonly<Record<string, Part>>,
  changes: Readonly<Record<string, Part | null>>,
): Readonly<Record<string, Part>> {
  const changed = new Map(Object.entries(parts));
  for (const [key, part] of Object.entries(changes)) {
    if (part) changed.set(key, part);
    else changed.delete(key);
  }
  return Object.fromEntries(changed);
}

function refuse(code: PatchError["code"], message: string): PatchResult {
  return { ok: false, error: { code, message } };
}
