import type { Project, Segment, SegmentState, Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterWholeProject, projectScope } from "../access/scope.ts";
import { recordSegment, type SegmentChange } from "../changes/change-segments.ts";
import { nudgeAll, revisionsOf } from "../changes/raise-all.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import type { InputIssue } from "../errors/app-error.ts";
import { shownIssues, WARNING_BOUNDS } from "../errors/shown-issues.ts";
import { segmentKey, version } from "../names.ts";
import { measureSegment } from "../rulesets/measure-compiled.ts";
import { segmentsAround } from "../settings/rules-in-vain.ts";
import { demandAcyclic } from "./demand-acyclic.ts";
import { demandSegmentUnneeded } from "./demand-segment-unneeded.ts";
import { demandSegmentVersion } from "./demand-segment-version.ts";
import { findLiveSegment } from "./find-segment.ts";
import { useLists } from "./list-input.ts";
import { segmentInVain } from "./segment-in-vain.ts";
import { editedInput, segmentEdit, toSegmentState } from "./segment-input.ts";
import { type ChangedSegmentView, segmentView } from "./segment-view.ts";

const target = {
  ...projectScope,
  key: segmentKey,
  /** The version that the caller has seen; another one there is a conflict. */
  expectedVersion: version,
};

export const updateSegmentInput = z.strictObject({ ...target, ...segmentEdit });
export const archiveSegmentInput = z.strictObject(target);

/**
 * Changes what is given of a segment and leaves the rest alone, for every environment of its project.
 * @throws {AppError} "version_conflict", "segment_archived", "invalid_input", "limit_reached"
 */
export function updateSegment(
  caller: Caller,
  input: z.output<typeof updateSegmentInput>,
): Promise<ChangedSegmentView> {
  return change(caller, input, "segment.updated", async (writers, { projectId }, current) => {
    const conditions = await conditionReaderOf(writers, projectId);
    const edited = editedInput(current.state, input);
    const state = toSegmentState(edited, conditions, await useLists(writers, projectId, edited));
    const graph = await writers.segments.listGraph(projectId);
    demandAcyclic(graph, input.key, measureSegment(input.key, state).segmentKeys);
    return { state, warnings: conditions.warnings };
  });
}

/** Ends a segment; its history stays. @throws {AppError} "segment_in_use", "segment_archived", "version_conflict" */
export function archiveSegment(
  caller: Caller,
  input: z.infer<typeof archiveSegmentInput>,
): Promise<ChangedSegmentView> {
  return change(caller, input, "segment.archived", async (writers, { projectId }, { state }) => {
    await demandSegmentUnneeded(writers, projectId, input.key);
    return { state: { ...state, archived: true }, warnings: [] };
  });
}

type Next = (
  writers: Writers,
  project: Project,
  current: Segment,
) => Promise<{ readonly state: SegmentState; readonly warnings: readonly InputIssue[] }>;

async function change(
  caller: Caller,
  input: z.infer<typeof archiveSegmentInput>,
  action: SegmentChange["action"],
  next: Next,
): Promise<ChangedSegmentView> {
  const { db, person } = caller;
  const { view, changed, segment, around } = await db.transact(person.tenantId, async (writers) => {
    const project = await enterWholeProject(writers, person, "segment.write", input);
    const environments = await writers.environments.lockAll(project.projectId);
    const before = await findLiveSegment(writers, project.projectId, input.key);
    await demandSegmentVersion(writers, before, input.expectedVersion);
    const { state, warnings } = await next(writers, project, before);

    const measured = { state, ...measureSegment(input.key, state) };
    const segment = await writers.segments.save(before, input.expectedVersion, measured, actorOf(person));
    if (!segment) throw new Error(`The segment ${input.key} changed under the lock of its project.`);
    const changed = await recordSegment(caller, writers, { project, environments, before, segment, action });
    return {
      view: { ...segmentView(segment), revisions: revisionsOf(changed), warnings },
      changed,
      segment,
      around: await segmentsAround(writers, project.projectId, segment.segmentKeys),
    };
  });

  nudgeAll(caller, changed);
  const warnings = [...view.warnings, ...segmentInVain(segment, around)];
  return { ...view, warnings: shownIssues(warnings, WARNING_BOUNDS) };
}
