import { RULESET_SCHEMA, type Ruleset, type RulesetPatch } from "./ruleset.ts";

/** The revision in which each part that is gone was removed, by key. */
export type Removed = Readonly<Record<string, number>>;

/**
 * One patch from an earlier revision `from` to the ruleset as it is, however many changes lie between.
 * `removed` tells of toggles and `removedSegments` of segments; both must reach back to `from`. `attributesRevision` is the revision
 * in which the declared attributes last changed.
 */
export function patchSince(
  ruleset: Ruleset,
  removed: Removed,
  from: number,
  removedSegments: Removed = {},
  attributesRevision = 0,
): RulesetPatch {
  const { epoch, revision, toggles, traceparent } = ruleset;
  const changes = changesSince(toggles, removed, from);
  const segments = changesSince(ruleset.segments ?? {}, removedSegments, from);
  return {
    schema: RULESET_SCHEMA,
    epoch,
    from,
    to: revision,
    changes,
    ...(Object.keys(segments).length > 0 && { segments }),
    ...(attributesRevision > from && { attributes: ruleset.attributes ?? {} }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

function changesSince<Part extends { readonly revision: number }>(
  parts: Readonly<Record<string, Part>>,
  removed: Removed,
  from: number,
): Readonly<Record<string, Part | null>> {
  const changes: [string, Part | null][] = Object.entries(parts).filter(([, part]) => part.revision > from);
  for (const [key, removedAt] of Object.entries(removed)) {
    if (removedAt > from && !Object.hasOwn(parts, key)) changes.push([key, null]);
  }
  return Object.fromEntries(changes);
}
