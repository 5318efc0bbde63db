import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { linesOf } from "./id-lines.ts";
import { listHash } from "./list-input.ts";

export const downloadSegmentListInput = z.strictObject({ ...projectScope, hash: listHash });

/** The ids of an uploaded list, one a line, in chunks. @throws {AppError} "segment_list_not_found" */
export async function downloadSegmentList(
  { db, person }: Caller,
  input: z.infer<typeof downloadSegmentListInput>,
): Promise<Iterable<Buffer>> {
  const bytes = await db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterProject(readers, person, "segment.read", input);
    return readers.segmentLists.findBytes(projectId, input.hash);
  });
  if (!bytes) throw new AppError("segment_list_not_found", `There is no list ${input.hash} in this project.`);
  return linesOf(bytes);
}
