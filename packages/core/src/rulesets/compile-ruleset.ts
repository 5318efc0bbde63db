/** The next ruleset of an environment: the one before it, with what some revisions changed. */
import { isDeepStrictEqual } from "node:util";
import type { SegmentState, SettingVersion } from "@burgee/db";
import { RULESET_SCHEMA, type Ruleset, type RulesetSegment } from "@burgee/engine";
import type { AttributeTypes } from "../context-attributes/attribute-types.ts";
import { compileSegment } from "./compile-segment.ts";
import { compileToggle } from "./compile-toggle.ts";

/** Which toggles or segments left the ruleset, and at which revision: so that a patch can tell an SDK that was away. */
type Removed = Readonly<Record<string, number>>;

export interface Published {
  readonly ruleset: Ruleset;
  readonly removed: Removed;
  readonly removedSegments: Removed;
  /** At which revision the declared attributes last changed. */
  readonly attributesRevision: number;
}

/** The last version of each toggle and each segment that changed, and what is declared of contexts by now. */
export interface Changes {
  readonly toggles: readonly (SettingVersion & { readonly toggleKey: string })[];
  readonly segments: readonly {
    readonly key: string;
    readonly state: SegmentState;
    readonly revision: number;
  }[];
  readonly attributes: AttributeTypes;
}

/** How many that left are remembered; an SDK that was away for longer gets the whole ruleset. */
export const REMEMBERED_REMOVALS = 1000;

/** @throws {CompileError} */
export function compileRuleset(
  previous: Published,
  target: Pick<Ruleset, "project" | "environment" | "epoch" | "revision" | "traceparent">,
  changes: Changes,
): Published {
  const toggles = follow(
    previous.ruleset.toggles,
    previous.removed,
    changes.toggles.map((version) => ({
      key: version.toggleKey,
      revision: version.revision,
      compiled: version.state.archived ? undefined : compileToggle(version),
    })),
  );
  const segments = follow<RulesetSegment>(
    previous.ruleset.segments ?? {},
    previous.removedSegments,
    changes.segments.map((segment) => ({
      key: segment.key,
      revision: segment.revision,
      compiled: segment.state.archived ? undefined : compileSegment(segment),
    })),
  );
  const { attributes } = changes;
  const isDeclared = Object.keys(attributes).length > 0;
  const isAsBefore = isDeepStrictEqual(attributes, previous.ruleset.attributes ?? {});
  return {
    ruleset: {
      schema: RULESET_SCHEMA,
      ...target,
      toggles: toggles.parts,
      ...(Object.keys(segments.parts).length > 0 && { segments: segments.parts }),
      ...(isDeclared && { attributes }),
    },
    removed: toggles.removed,
    removedSegments: segments.removed,
    attributesRevision: isAsBefore ? previous.attributesRevision : target.revision,
  };
}

interface Change<Part> {
  readonly key: string;
  readonly revision: number;
  /** Undefined where it was archived. */
  readonly compiled: Part | undefined;
}

function follow<Part>(
  before: Readonly<Record<string, Part>>,
  removedBefore: Removed,
  changes: readonly Change<Part>[],
): { readonly parts: Readonly<Record<string, Part>>; readonly removed: Removed } {
  const parts = new Map(Object.entries(before));
  const removed = new Map(Object.entries(removedBefore));
  for (const { key, revision, compiled } of changes) {
    if (compiled === undefined) {
      parts.delete(key);
      removed.set(key, revision);
    } else {
      parts.set(key, compiled);
      removed.delete(key);
    }
  }
  return { parts: Object.fromEntries(byKey(parts)), removed: Object.fromEntries(newest(removed)) };
}

/** In the order of keys, so that one state has one body, whatever led to it. */
function byKey<Part>(parts: ReadonlyMap<string, Part>): readonly (readonly [string, Part])[] {
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function newest(removed: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...removed].sort(([, a], [, b]) => b - a).slice(0, REMEMBERED_REMOVALS);
}
