import type { Project, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller, type Change } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { displayName, entityKey } from "../names.ts";
import { demandQuota } from "../quotas/demand-quota.ts";

export const createProjectInput = z.strictObject({ key: entityKey, name: displayName });

export interface ProjectView {
  readonly key: string;
  readonly name: string;
}

/** @throws {AppError} "project_key_taken", "quota_exceeded" */
export async function createProject(
  caller: Caller,
  input: z.infer<typeof createProjectInput>,
): Promise<ProjectView> {
  const { db, person } = caller;
  demand(person, "project.write", TENANT);
  return db.transact(person.tenantId, async (writers) => {
    await demandQuota(writers, "projects");
    return projectView(await addProject(caller, writers, input));
  });
}

/** Within a transaction. @throws {AppError} "project_key_taken" */
export async function addProject(
  { person, requestId }: Change,
  writers: Writers,
  { key, name }: z.infer<typeof createProjectInput>,
): Promise<Project> {
  const project = await writers.projects.create({ key, name });
  if (!project) throw new AppError("project_key_taken", `The key ${key} is taken; choose another.`);

  await appendEntry(writers, person.tenantId, {
    actor: actorOf(person),
    action: "project.created",
    object: `project/${project.key}`,
    requestId,
    after: { name: project.name },
  });
  return project;
}

export function projectView({ key, name }: Project): ProjectView {
  return { key, name };
}
