/**
 * The one way in which segments change. A segment travels in the ruleset of each environment of its project, so all of them are
 * locked first, in the order of their ids; then in the same transaction its immutable version, each environment's next
 * revision and outbox row, and last the audit entry.
 */
import type { Environment, Project, Segment, Writers } from "@burgee/db";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { demandPublishable } from "../rulesets/demand-publishable.ts";
import { segmentStateView } from "../segments/segment-view.ts";

export interface SegmentChange {
  readonly project: Project;
  /** All of the project's, locked by this transaction. */
  readonly environments: readonly Environment[];
  readonly before: Segment | null;
  readonly segment: Segment;
  readonly action: "segment.created" | "segment.updated" | "segment.archived";
}

interface ChangedEnvironment extends Pick<Environment, "environmentId" | "key"> {
  readonly revision: number;
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
  const grownBytes = segment.compiledBytes - (before?.compiledBytes ?? 0);
  await writers.segments.addVersion(segment, actor);
  const changed: ChangedEnvironment[] = [];
  for (const environment of environments) {
    const { environmentId, key } = environment;
    const raised = await writers.environments.raiseRevision(environmentId, grownBytes);
    demandPublishable(environment, raised.rulesetBytes, grownBytes);
    const { epoch, revision } = raised;
    await writers.segments.addRevisions(environmentId, revision, [segment]);
    await writers.outbox.append({
      environmentId,
      epoch,
      revision,
      type: segment.state.archived ? "segment.archived" : "segment.changed",
      segmentId: segment.segmentId,
      version: segment.version,
      traceparent,
    });
    changed.push({ environmentId, key, revision });
  }
  await appendEntry(writers, person.tenantId, {
    actor,
    action,
    object: `segment/${project.key}/${segment.key}`,
    requestId,
    before: before && segmentStateView(before.state),
    after: {
      ...(segment.state.archived ? {} : segmentStateView(segment.state)),
      revisions: revisionsOf(changed),
    },
  });
  return changed;
}

export function revisionsOf(changed: readonly ChangedEnvironment[]): Readonly<Record<string, number>> {
  return Object.fromEntries(changed.map(({ key, revision }) => [key, revision]));
}

export function nudgeAll({ person, nudge }: Caller, changed: readonly ChangedEnvironment[]): void {
  for (const { environmentId, revision } of changed) {
    nudge({ tenantId: person.tenantId, environmentId, revision });
  }
}
