import type { ProjectId, Readers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";

/** @throws {AppError} "segment_in_use" where a toggle's rule or another segment asks it */
export async function demandSegmentUnneeded(
  { segments }: Readers,
  projectId: ProjectId,
  key: string,
): Promise<void> {
  const settings = await segments.listUsers(projectId, key, LIMITS.usersNamed);
  const graph = await segments.listGraph(projectId);
  const others = graph.filter(({ segmentKeys }) => segmentKeys.includes(key)).map((each) => each.key);
  if (settings.length === 0 && others.length === 0) return;

  const named = [
    ...settings.map(({ toggle, environment }) => `${toggle} (${environment})`),
    ...others.slice(0, LIMITS.usersNamed).map((other) => `the segment ${other}`),
  ];
  throw new AppError(
    "segment_in_use",
    `The segment ${key} is asked by ${named.join(", ")}; take it out there first.`,
    { details: { settings, segments: others.slice(0, LIMITS.usersNamed) } },
  );
}
