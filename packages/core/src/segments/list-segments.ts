import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { segmentKey } from "../names.ts";

export const listSegmentsInput = z.strictObject({
  ...projectScope,
  /** The `nextCursor` of the page before. */
  cursor: segmentKey.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

/** A segment with its lists counted, not listed. */
export interface SegmentSummaryView {
  readonly key: string;
  readonly version: number;
  readonly description: string;
  readonly condition: string | null;
  readonly stickiness: string;
  readonly included: number;
  readonly excluded: number;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

export interface SegmentPage {
  readonly items: readonly SegmentSummaryView[];
  readonly nextCursor: string | null;
}

/** A page of a project's segments in key order. */
export async function listSegments(
  { db, person }: Caller,
  input: z.infer<typeof listSegmentsInput>,
): Promise<SegmentPage> {
  return db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterProject(readers, person, "segment.read", input);
    const found = await readers.segments.list({ projectId, after: input.cursor, limit: input.limit + 1 });
    const page = found.slice(0, input.limit);
    return {
      items: page.map((segment) => ({ ...segment, updatedAt: segment.updatedAt.toISOString() })),
      nextCursor: found.length > page.length ? (page.at(-1)?.key ?? null) : null,
    };
  });
}
