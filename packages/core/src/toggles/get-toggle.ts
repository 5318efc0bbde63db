import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { environmentScope, findEnvironment } from "../access/scope.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "./find-live-toggle.ts";
import { type ToggleView, toggleView } from "./toggle-view.ts";

export const getToggleInput = z.strictObject({ ...environmentScope, key: toggleKey });

/** A toggle, and the environment that was asked about: one of those that its settings are for. */
export interface ToggleInEnvironmentView extends ToggleView {
  readonly environment: string;
}

/** One toggle with its setting in every environment. @throws {AppError} "toggle_not_found" */
export async function getToggle(
  { db, person }: Caller,
  input: z.infer<typeof getToggleInput>,
): Promise<ToggleInEnvironmentView> {
  demand(person, "toggle.read");
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await findEnvironment(readers, person, input);
    const toggle = await findToggle(readers, project.projectId, input.key);
    const environments = await readers.environments.list(project.projectId);
    const settings = await readers.settings.listOfToggle(toggle.toggleId);
    return { ...toggleView(toggle, settings, environments), environment: environment.key };
  });
}
