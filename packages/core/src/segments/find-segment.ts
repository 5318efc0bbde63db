import type { ProjectId, Readers, Segment } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/** @throws {AppError} "segment_not_found" */
export async function findSegment(readers: Readers, projectId: ProjectId, key: string): Promise<Segment> {
  const segment = await readers.segments.findByKey(projectId, key);
  if (!segment) throw new AppError("segment_not_found", `There is no segment ${key} in this project.`);
  return segment;
}

/** A segment that may still change. @throws {AppError} "segment_not_found", "segment_archived" */
export async function findLiveSegment(readers: Readers, projectId: ProjectId, key: string): Promise<Segment> {
  const segment = await findSegment(readers, projectId, key);
  if (segment.state.archived)
    throw new AppError("segment_archived", `The segment ${key} is archived and no longer changes.`);
  return segment;
}
