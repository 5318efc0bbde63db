import type { ProjectId, Readers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { usesOf } from "./list-segment-uses.ts";

/** @throws {AppError} "segment_in_use" where a toggle's rule or another segment asks it */
export async function demandSegmentUnneeded(
  readers: Readers,
  projectId: ProjectId,
  key: string,
): Promise<void> {
  const { settings, segments } = await usesOf(readers, projectId, key, LIMITS.usersNamed);
  if (settings.length === 0 && segments.length === 0) return;

  const named = [
    ...settings.map(({ toggle, environment }) => `${toggle} (${environment})`),
    ...segments.map((other) => `the segment ${other}`),
  ];
  throw new AppError(
    "segment_in_use",
    `The segment ${key} is asked by ${named.join(", ")}; take it out there first.`,
    { details: { settings, segments } },
  );
}
