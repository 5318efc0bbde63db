import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { linesOf } from "./id-lines.ts";
import type { ListDownloads } from "./list-downloads.ts";
import { listHash } from "./list-input.ts";

export const downloadSegmentListInput = z.strictObject({ ...projectScope, hash: listHash });

/**
 * Hands the ids of an uploaded list to `send`, one a line, in chunks.
 * @throws {AppError} "segment_list_not_found"; "unavailable" where too many lists are being downloaded
 */
export async function downloadSegmentList(
  { db, person }: Caller,
  input: z.infer<typeof downloadSegmentListInput>,
  downloads: ListDownloads,
  send: (lines: Iterable<Buffer>) => Promise<void>,
): Promise<void> {
  const { tenantId } = person;
  const { hash } = input;
  const notFound = new AppError("segment_list_not_found", `There is no list ${hash} in this project.`);
  const projectId = await db.read(tenantId, async (readers) => {
    const project = await enterProject(readers, person, "segment.read", input);
    const found = await readers.segmentLists.findAll(project.projectId, [hash]);
    if (found.length === 0) throw notFound;
    return project.projectId;
  });

  const load = async () => {
    const bytes = await db.read(tenantId, ({ segmentLists }) => segmentLists.findBytes(projectId, hash));
    if (!bytes) throw notFound;
    return bytes;
  };
  await downloads.send(tenantId, hash, load, (bytes) => send(linesOf(bytes)));
}
