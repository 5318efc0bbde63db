/**
 * The one way in which segments change. A segment travels in the ruleset of each environment of its project, so all of them are
 * locked first, in the order of their ids; then in the same transaction its immutable version, each environment's next
 * revision and outbox row, and last the audit entry.
 */
import type { Environment, Project, Segment, Writers } from "@burgee/db";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { auditedChange, auditedSegment } from "../segments/audited-segment.ts";
import { type ChangedEnvironment, raiseAll, revisionsOf } from "./raise-all.ts";

export interface SegmentChange {
  readonly project: Project;
  /** All of the project's, locked by this transaction. */
  readonly environments: readonly Environment[];
  readonly before: Segment | null;
  readonly segment: Segment;
  readonly action: "segment.created" | "segment.updated" | "segment.archived";
}

/**
 * Records what was saved.
 * @throws {AppError} "limit_reached" where the ruleset of an environment would be too large
 */
export async function recordSegment(
  { person, requestId, traceparent }: Caller,
  writers: Writers,
  { project, environments, before, segment, action }: SegmentChange,
): Promise<readonly ChangedEnvironment[]> {
  const actor = actorOf(person);
  await writers.segments.addVersion(segment, actor);
  await writers.segmentLists.addReferences(segment);
  // Nodes and SDKs may still read the ruleset before: its lists stay another day.
  await writers.segmentLists.use(project.projectId, listsOf(before));
  const changed = await raiseAll(writers, environments, {
    type: segment.state.archived ? "segment.archived" : "segment.changed",
    segmentId: segment.segmentId,
    version: segment.version,
    grownBytes: segment.compiledBytes - (before?.compiledBytes ?? 0),
    traceparent,
  });
  for (const { environmentId, revision } of changed) {
    await writers.segments.addRevisions(environmentId, revision, [segment]);
  }
  await announceNotice(writers, {
    type: "segment.changed",
    projectId: project.projectId,
    data: {
      segment: segment.key,
      version: segment.version,
      archived: segment.state.archived,
      revisions: revisionsOf(changed),
      actor,
    },
  });
  await appendEntry(writers, person.tenantId, {
    actor,
    action,
    object: `segment/${project.key}/${segment.key}`,
    requestId,
    before: before && auditedSegment(before.state),
    after: {
      ...(segment.state.archived ? {} : auditedChange(segment.state, before?.state)),
      revisions: revisionsOf(changed),
    },
  });
  return changed;
}

function listsOf(segment: Segment | null): readonly string[] {
  const lists = [segment?.state.includeList, segment?.state.excludeList];
  return lists.flatMap((list) => list?.hash ?? []);
}
