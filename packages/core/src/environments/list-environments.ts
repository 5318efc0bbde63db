import { z } from "zod";
import { isAllowed } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { enterPartOfProject, projectScope } from "../access/scope.ts";
import { type EnvironmentView, environmentView } from "./create-environment.ts";

export const listEnvironmentsInput = z.strictObject(projectScope);

/** The environments of a project that the caller may read, in the order of their keys. */
export async function listEnvironments(
  { db, person }: Caller,
  input: z.infer<typeof listEnvironmentsInput>,
): Promise<readonly EnvironmentView[]> {
  return db.read(person.tenantId, async (readers) => {
    const project = await enterPartOfProject(readers, person, "project.read", input);
    const environments = await readers.environments.list(project.projectId);
    return environments
      .filter((environment) => isAllowed(person.access, "project.read", environment))
      .map(environmentView);
  });
}
