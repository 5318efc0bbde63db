import type { LifeDays } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";

const days = z.int().min(1).max(3650);

export const setLifeDaysInput = z.strictObject({
  ...projectScope,
  settledAfterDays: days,
  unseenAfterDays: days,
});

/** Says after how many days a project's toggles are called stale. It shows with the next look. */
export async function setLifeDays(
  caller: Caller,
  { project: named, ...next }: z.output<typeof setLifeDaysInput>,
): Promise<LifeDays> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "project.write", { project: named });
    const before = await writers.lives.findDays(project.projectId);
    await writers.lives.setDays(project.projectId, next);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "project.life_days_set",
      object: `project/${project.key}`,
      requestId,
      before,
      after: next,
    });
    return next;
  });
}
