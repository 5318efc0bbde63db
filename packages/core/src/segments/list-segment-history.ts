import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { segmentKey, version } from "../names.ts";
import { type Page, readPage } from "../pages.ts";
import { findSegment } from "./find-segment.ts";
import { type SegmentStateView, segmentStateView } from "./segment-view.ts";

export const listSegmentHistoryInput = z.strictObject({
  ...projectScope,
  key: segmentKey,
  before: version.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface SegmentVersionView extends SegmentStateView {
  readonly version: number;
  readonly actor: string;
  readonly at: string;
  readonly archived: boolean;
}

/** Every version that a segment had, newest first. */
export async function listSegmentHistory(
  { db, person }: Caller,
  input: z.infer<typeof listSegmentHistoryInput>,
): Promise<Page<SegmentVersionView>> {
  const { items, nextBefore } = await db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterProject(readers, person, "segment.read", input);
    const { segmentId } = await findSegment(readers, projectId, input.key);
    return readPage(
      {
        fetch: (before, limit) => readers.segments.history({ segmentId, before, limit }),
        positionOf: ({ version }) => version,
      },
      { before: input.before, limit: input.limit },
    );
  });
  return {
    items: items.map(({ version, actor, createdAt, state }) => ({
      version,
      actor,
      at: createdAt.toISOString(),
      archived: state.archived,
      ...segmentStateView(state),
    })),
    nextBefore,
  };
}
