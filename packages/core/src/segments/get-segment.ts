import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { segmentKey } from "../names.ts";
import { findSegment } from "./find-segment.ts";
import { type SegmentView, segmentView } from "./segment-view.ts";

export const getSegmentInput = z.strictObject({ ...projectScope, key: segmentKey });

/** One segment with its lists. @throws {AppError} "segment_not_found" */
export async function getSegment(
  { db, person }: Caller,
  input: z.infer<typeof getSegmentInput>,
): Promise<SegmentView> {
  return db.read(person.tenantId, async (readers) => {
    const project = await enterProject(readers, person, "segment.read", input);
    return segmentView(await findSegment(readers, project.projectId, input.key));
  });
}
