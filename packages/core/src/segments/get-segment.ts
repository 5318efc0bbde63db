import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { findProject, projectScope } from "../access/scope.ts";
import { segmentKey } from "../names.ts";
import { findSegment } from "./find-segment.ts";
import { type SegmentView, segmentView } from "./segment-view.ts";

export const getSegmentInput = z.strictObject({ ...projectScope, key: segmentKey });

/** One segment with its lists. @throws {AppError} "segment_not_found" */
export async function getSegment(
  { db, person }: Caller,
  input: z.infer<typeof getSegmentInput>,
): Promise<SegmentView> {
  demand(person, "segment.read");
  return db.read(person.tenantId, async (readers) => {
    const project = await findProject(readers, person, input);
    return segmentView(await findSegment(readers, project.projectId, input.key));
  });
}
