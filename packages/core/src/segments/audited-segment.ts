import type { SegmentState } from "@burgee/db";
import { changeOf, digestOf } from "../audit/list-change.ts";
import { segmentStateView } from "./segment-view.ts";

/** What the audit trail says of a segment that is changed, or ended. An uploaded list is named by its hash. */
export function auditedSegment(state: SegmentState): object {
  const { include, exclude, includeList, excludeList } = state;
  return {
    ...segmentStateView(state),
    ...(!includeList && { include: digestOf(include) }),
    ...(!excludeList && { exclude: digestOf(exclude) }),
  };
}

/** What it says of what a segment became. */
export function auditedChange(state: SegmentState, before: SegmentState | undefined): object {
  return {
    ...segmentStateView(state),
    ...(!state.includeList && { include: changeOf(before?.include ?? [], state.include) }),
    ...(!state.excludeList && { exclude: changeOf(before?.exclude ?? [], state.exclude) }),
  };
}
