import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { toggleKey } from "../names.ts";
import { findLiveToggle } from "../toggles/find-live-toggle.ts";

export const setExpectedEndInput = z.strictObject({
  ...projectScope,
  key: toggleKey,
  /** The last day on which it is expected to be needed, such as 2027-06-30; null for none. */
  expectedEnd: z.iso.date("Give a day, such as 2027-06-30.").nullable(),
});

export interface ExpectedEndView {
  readonly key: string;
  readonly expectedEnd: string | null;
}

/** Says until when a toggle is expected to be needed. Nothing ends by itself: it is called stale from then on. @throws {AppError} "toggle_not_found", "toggle_archived" */
export async function setExpectedEnd(
  caller: Caller,
  { key, expectedEnd, project: named }: z.output<typeof setExpectedEndInput>,
): Promise<ExpectedEndView> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "toggle.write", { project: named });
    const { toggleId } = await findLiveToggle(writers, project.projectId, key);
    const before = (await writers.lives.listExpectedEnds([toggleId])).get(toggleId) ?? null;
    await writers.lives.setExpectedEnd(toggleId, expectedEnd);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "toggle.expected_end_set",
      object: `toggle/${project.key}/${key}`,
      requestId,
      before: { expectedEnd: before },
      after: { expectedEnd },
    });
    return { key, expectedEnd };
  });
}
