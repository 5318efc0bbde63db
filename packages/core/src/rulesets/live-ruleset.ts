/** One ruleset, compiled, as a node serves it. */
import type { StoredRuleset } from "@burgee/db";
import {
  type Evaluator,
  type FindList,
  patchSince,
  type Ruleset,
  type RulesetPatch,
  readRuleset,
} from "@burgee/engine";

/**
 * How sure a node is of what it serves. `live`: the database said within a minute that it is the newest; `stale`: it said
 * so longer ago; `disk`: it said so to an earlier process.
 */
export type ServedFrom = "live" | "stale" | "disk";

/** One environment's ruleset as a node serves it. Immutable: a newer one takes its place. */
export interface LiveRuleset {
  readonly epoch: string;
  readonly revision: number;
  /** As it was published. */
  readonly body: string;
  /** Strong: one epoch and revision has one body. */
  readonly etag: string;
  /** What it is, signed; null where an earlier release published it. */
  readonly seal: string | null;
  readonly evaluator: Evaluator;
  /** The lists that the evaluator looks into. */
  readonly list: FindList;
  /** What changed after `from`; undefined when that is nothing, too long ago to tell, or of another epoch. */
  readonly patchFrom: (epoch: string, from: number) => RulesetPatch | undefined;
  /** As of now. */
  readonly servedFrom: () => ServedFrom;
}

/** A ruleset as the database told it a while ago. */
export interface KeptRuleset {
  readonly stored: StoredRuleset;
  /** How long before now the database said that it was the newest. */
  readonly ageMs: number;
}

/** Beyond this many revisions a whole ruleset is sent: a patch would hardly be smaller. */
const MOST_REVISIONS_IN_PATCH = 1000;

/** @throws {Error} when the body is no ruleset that this build reads */
export function rulesetOf({ revision, body }: StoredRuleset): Ruleset {
  const read = readRuleset(JSON.parse(body));
  if (!read.ok) throw new Error(`Revision ${revision} can't be read: ${read.error.message}`);
  return read.ruleset;
}

/** Within an epoch only a higher revision is news; another epoch always is, since only the database tells of it. */
export function isNews(
  current: Pick<LiveRuleset, "epoch" | "revision"> | undefined,
  head: { readonly epoch: string; readonly revision: number },
): boolean {
  return !current || current.epoch !== head.epoch || head.revision > current.revision;
}

export function toLive(
  { epoch, revision, body, seal, removed, removedSegments, attributesRevision }: StoredRuleset,
  evaluator: Evaluator,
  more: Pick<LiveRuleset, "list" | "servedFrom">,
): LiveRuleset {
  return {
    epoch,
    revision,
    body,
    etag: `"${epoch}.${revision}"`,
    seal,
    evaluator,
    ...more,
    patchFrom: (fromEpoch, from) => {
      if (fromEpoch !== epoch || from >= revision || revision - from > MOST_REVISIONS_IN_PATCH)
        return undefined;
      return patchSince(evaluator.ruleset, removed, from, removedSegments, attributesRevision);
    },
  };
}
