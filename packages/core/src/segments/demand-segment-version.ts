import type { Readers, Segment } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { segmentStateView, segmentView } from "./segment-view.ts";

/**
 * The project is locked, so what holds now holds until the transaction ends.
 * @throws {AppError} "version_conflict", whose details carry both states: `expected` as the caller saw it (null for a
 *   version that never was), and `current`
 */
export async function demandSegmentVersion(
  { segments }: Readers,
  current: Segment,
  expectedVersion: number,
): Promise<void> {
  if (current.version === expectedVersion) return;

  const page = { segmentId: current.segmentId, before: expectedVersion + 1, limit: 1 };
  const [seen] = await segments.history(page);
  throw new AppError(
    "version_conflict",
    `Somebody changed this segment meanwhile: it is at version ${current.version}, and you changed version ${expectedVersion}.`,
    {
      details: {
        expectedVersion,
        expected: seen?.version === expectedVersion ? segmentStateView(seen.state) : null,
        current: segmentView(current),
      },
    },
  );
}
