import { type Caller, demand } from "../access/caller.ts";
import { type ProjectView, projectView } from "./create-project.ts";

/** Every project of the tenant, in the order of their keys. */
export async function listProjects({ db, person }: Caller): Promise<readonly ProjectView[]> {
  demand(person, "project.read");
  const projects = await db.read(person.tenantId, ({ projects }) => projects.list());
  return projects.map(projectView);
}
