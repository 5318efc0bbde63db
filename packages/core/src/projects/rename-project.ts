import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { displayName } from "../names.ts";
import { type ProjectView, projectView } from "./create-project.ts";

export const renameProjectInput = z.strictObject({ ...projectScope, name: displayName });

/** Its key is for good: programs know it. */
export async function renameProject(
  caller: Caller,
  { name, project: named }: z.output<typeof renameProjectInput>,
): Promise<ProjectView> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "project.write", { project: named });
    const saved = await writers.projects.rename(project.projectId, name);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "project.renamed",
      object: `project/${project.key}`,
      requestId,
      before: { name: project.name },
      after: { name },
    });
    return projectView(saved);
  });
}
