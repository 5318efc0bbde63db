/** A segment as it is shown to people and programs. */
import type { Segment, SegmentState } from "@burgee/db";
import type { ListReference } from "@burgee/engine";
import type { InputIssue } from "../errors/app-error.ts";

/** An uploaded list: what it is called, and how many ids it has. */
export interface NamedListView {
  readonly list: string;
  readonly count: number;
}

export interface SegmentStateView {
  readonly description: string;
  readonly include: readonly string[] | NamedListView;
  readonly exclude: readonly string[] | NamedListView;
  readonly condition: string | null;
  readonly stickiness: string;
}

export interface SegmentView extends SegmentStateView {
  readonly key: string;
  readonly version: number;
  readonly archived: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

/** What a change answers: the segment as it stands, and by environment the revision from which SDKs see it. */
export interface ChangedSegmentView extends SegmentView {
  readonly revisions: Readonly<Record<string, number>>;
  /** What its condition says that is hardly meant. */
  readonly warnings: readonly InputIssue[];
}

export function segmentStateView({
  description,
  include,
  exclude,
  includeList,
  excludeList,
  condition,
  stickiness,
}: SegmentState): SegmentStateView {
  return {
    description,
    include: includeList ? namedListView(includeList) : include,
    exclude: excludeList ? namedListView(excludeList) : exclude,
    condition,
    stickiness,
  };
}

function namedListView({ hash, count }: ListReference): NamedListView {
  return { list: hash, count };
}

export function segmentView(segment: Segment): SegmentView {
  return {
    key: segment.key,
    version: segment.version,
    archived: segment.state.archived,
    ...segmentStateView(segment.state),
    createdBy: segment.createdBy,
    createdAt: segment.createdAt.toISOString(),
    updatedBy: segment.updatedBy,
    updatedAt: segment.updatedAt.toISOString(),
  };
}
