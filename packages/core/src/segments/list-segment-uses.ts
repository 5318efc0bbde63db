import type { ProjectId, Readers } from "@burgee/db";
import { z } from "zod";
import { isAllowed } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { segmentKey } from "../names.ts";
import { findSegment } from "./find-segment.ts";

export const listSegmentUsesInput = z.strictObject({ ...projectScope, key: segmentKey });

export interface SegmentUsesView {
  /** Of environments that the caller may read. */
  readonly settings: readonly { readonly toggle: string; readonly environment: string }[];
  /** Segments whose condition asks it. */
  readonly segments: readonly string[];
  /** Whether there are more than are named. */
  readonly isCut: boolean;
}

/** What asks a segment: rules of toggles, and other segments. @throws {AppError} "segment_not_found" */
export async function listSegmentUses(
  { db, person }: Caller,
  input: z.infer<typeof listSegmentUsesInput>,
): Promise<SegmentUsesView> {
  return db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterProject(readers, person, "segment.read", input);
    const { key } = await findSegment(readers, projectId, input.key);
    const most = LIMITS.pageSize;
    const { settings, segments } = await usesOf(readers, projectId, key, most + 1);
    const environments = await readers.environments.list(projectId);
    const readable = environments.filter((each) => isAllowed(person.access, "toggle.read", each));
    const keys = new Set(readable.map((environment) => environment.key));
    return {
      settings: settings.slice(0, most).filter(({ environment }) => keys.has(environment)),
      segments: segments.slice(0, most),
      isCut: settings.length > most || segments.length > most,
    };
  });
}

/** At most so many of each. */
export async function usesOf(
  { segments }: Readers,
  projectId: ProjectId,
  key: string,
  most: number,
): Promise<Pick<SegmentUsesView, "settings" | "segments">> {
  const settings = await segments.listUsers(projectId, key, most);
  const graph = await segments.listGraph(projectId);
  const others = graph.filter(({ segmentKeys }) => segmentKeys.includes(key)).map((each) => each.key);
  return { settings, segments: others.slice(0, most) };
}
