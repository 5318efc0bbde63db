import type { SegmentState } from "@burgee/db";
import { changeOf, digestOf } from "../audit/list-change.ts";
import { segmentStateView } from "./segment-view.ts";

/** What the audit trail says of a segment that is changed, or ended. */
export function auditedSegment(state: SegmentState): object {
  const { include, exclude } = state;
  return { ...segmentStateView(state), include: digestOf(include), exclude: digestOf(exclude) };
}

/** What it says of what a segment became. */
export function auditedChange(state: SegmentState, before: SegmentState | undefined): object {
  return {
    ...segmentStateView(state),
    include: changeOf(before?.include ?? [], state.include),
    exclude: changeOf(before?.exclude ?? [], state.exclude),
  };
}
