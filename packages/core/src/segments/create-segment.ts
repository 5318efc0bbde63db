import { WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { recordSegment } from "../changes/change-segments.ts";
import { nudgeAll, revisionsOf } from "../changes/raise-all.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { AppError } from "../errors/app-error.ts";
import { shownIssues, WARNING_BOUNDS } from "../errors/shown-issues.ts";
import { segmentKey } from "../names.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { measureSegment } from "../rulesets/measure-compiled.ts";
import { segmentsAround } from "../settings/rules-in-vain.ts";
import { demandAcyclic } from "./demand-acyclic.ts";
import { useLists } from "./list-input.ts";
import { segmentInVain } from "./segment-in-vain.ts";
import { segmentInput, toSegmentState } from "./segment-input.ts";
import { type ChangedSegmentView, segmentView } from "./segment-view.ts";

export const createSegmentInput = z.strictObject({ ...projectScope, key: segmentKey, ...segmentInput });

/**
 * Creates a segment, for every environment of its project.
 * @throws {AppError} "segment_key_taken", "invalid_input", "limit_reached", "quota_exceeded"
 */
export async function createSegment(
  caller: Caller,
  input: z.output<typeof createSegmentInput>,
): Promise<ChangedSegmentView> {
  const { db, person } = caller;
  const { view, changed, segment, around } = await db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "segment.write", input);
    await demandQuota(writers, "segments");
    const environments = await writers.environments.lockAll(project.projectId);
    const graph = await writers.segments.listGraph(project.projectId);
    if (graph.length >= WRITE_LIMITS.segments) {
      const message = `A project has at most ${WRITE_LIMITS.segments} segments; archive some first.`;
      throw new AppError("limit_reached", message);
    }
    const conditions = await conditionReaderOf(writers, project.projectId);
    const state = toSegmentState(input, conditions, await useLists(writers, project.projectId, input));
    const measured = measureSegment(input.key, state);
    demandAcyclic(graph, input.key, measured.segmentKeys);

    const segment = await writers.segments.create(
      { projectId: project.projectId, key: input.key, state, ...measured },
      actorOf(person),
    );
    if (!segment) {
      const message = `The key ${input.key} is taken in this project, perhaps by an archived segment; choose another.`;
      throw new AppError("segment_key_taken", message);
    }
    const change = { project, environments, before: null, segment, action: "segment.created" } as const;
    const changed = await recordSegment(caller, writers, change);
    return {
      view: { ...segmentView(segment), revisions: revisionsOf(changed), warnings: conditions.warnings },
      changed,
      segment,
      around: await segmentsAround(writers, project.projectId, segment.segmentKeys),
    };
  });

  nudgeAll(caller, changed);
  const warnings = [...view.warnings, ...segmentInVain(segment, around)];
  return { ...view, warnings: shownIssues(warnings, WARNING_BOUNDS) };
}
