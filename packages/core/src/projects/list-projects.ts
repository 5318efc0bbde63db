import { demandSomewhere, isAllowedSomewhere, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { type ProjectView, projectView } from "./create-project.ts";

/** The projects that the caller may read something of, in the order of their keys. */
export async function listProjects({ db, person }: Caller): Promise<readonly ProjectView[]> {
  demandSomewhere(person, "project.read", TENANT);
  const projects = await db.read(person.tenantId, ({ projects }) => projects.list());
  return projects
    .filter(({ projectId }) => isAllowedSomewhere(person.access, "project.read", { projectId }))
    .map(projectView);
}
