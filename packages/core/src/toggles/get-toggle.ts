import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { findProject, projectScope } from "../access/scope.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "./find-live-toggle.ts";
import { type ToggleView, toggleView } from "./toggle-view.ts";

export const getToggleInput = z.strictObject({ ...projectScope, key: toggleKey });

/** One toggle with its setting in every environment. @throws {AppError} "toggle_not_found" */
export async function getToggle(
  { db, person }: Caller,
  input: z.infer<typeof getToggleInput>,
): Promise<ToggleView> {
  demand(person, "toggle.read");
  return db.read(person.tenantId, async (readers) => {
    const project = await findProject(readers, person, input);
    const toggle = await findToggle(readers, project.projectId, input.key);
    const environments = await readers.environments.list(project.projectId);
    return toggleView(toggle, await readers.settings.listOfToggle(toggle.toggleId), environments);
  });
}
