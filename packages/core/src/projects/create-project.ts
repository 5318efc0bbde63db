import type { Project } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { displayName, entityKey } from "../names.ts";

export const createProjectInput = z.strictObject({ key: entityKey, name: displayName });

export interface ProjectView {
  readonly key: string;
  readonly name: string;
}

/** @throws {AppError} "project_key_taken", "limit_reached" */
export async function createProject(
  caller: Caller,
  input: z.infer<typeof createProjectInput>,
): Promise<ProjectView> {
  const { db, person } = caller;
  demand(person, "project.write", TENANT);
  return db.transact(person.tenantId, async (writers) => {
    if ((await writers.projects.list()).length >= LIMITS.projectsPerTenant) {
      throw new AppError("limit_reached", `A tenant has at most ${LIMITS.projectsPerTenant} projects.`);
    }
    const project = await writers.projects.create(input);
    if (!project) throw new AppError("project_key_taken", `The key ${input.key} is taken; choose another.`);

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "project.created",
      object: `project/${project.key}`,
      requestId: caller.requestId,
      after: { name: project.name },
    });
    return projectView(project);
  });
}

export function projectView({ key, name }: Project): ProjectView {
  return { key, name };
}
