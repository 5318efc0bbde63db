import { packedIds } from "@burgee/engine/lists";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { listHash } from "./list-input.ts";

export const downloadSegmentListInput = z.strictObject({ ...projectScope, hash: listHash });

/** Bytes of one chunk. */
const CHUNK_BYTES = 64 * 1024;

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

function* linesOf(bytes: Uint8Array): Generator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const id of packedIds(bytes)) {
    parts.push(id, NEW_LINE);
    length += id.length + 1;
    if (length < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  yield Buffer.concat(parts);
}

const NEW_LINE = Buffer.from("\n");
