import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { findProject, projectScope } from "../access/scope.ts";
import { type EnvironmentView, environmentView } from "./create-environment.ts";

export const listEnvironmentsInput = z.strictObject(projectScope);

/** Every environment of a project, in the order of their keys. */
export async function listEnvironments(
  { db, person }: Caller,
  input: z.infer<typeof listEnvironmentsInput>,
): Promise<readonly EnvironmentView[]> {
  demand(person, "project.read");
  return db.read(person.tenantId, async (readers) => {
    const project = await findProject(readers, person, input);
    return (await readers.environments.list(project.projectId)).map(environmentView);
  });
}
