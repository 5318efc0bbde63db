import { z } from "zod";
import { isAllowed } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "./find-live-toggle.ts";
import { type ToggleView, toggleView } from "./toggle-view.ts";

export const getToggleInput = z.strictObject({ ...environmentScope, key: toggleKey });

/** A toggle, and the environment that was asked about: one of those that its settings are for. */
export interface ToggleInEnvironmentView extends ToggleView {
  readonly environment: string;
  /** The last day on which it is expected to be needed. */
  readonly expectedEnd: string | null;
}

/** One toggle with its setting in every environment that the caller may read. @throws {AppError} "toggle_not_found" */
export async function getToggle(
  { db, person }: Caller,
  input: z.infer<typeof getToggleInput>,
): Promise<ToggleInEnvironmentView> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggle = await findToggle(readers, project.projectId, input.key);
    const all = await readers.environments.list(project.projectId);
    const environments = all.filter((each) => isAllowed(person.access, "toggle.read", each));
    const readable = new Set(environments.map(({ environmentId }) => environmentId));
    const settings = (await readers.settings.listOfToggle(toggle.toggleId)).filter(({ environmentId }) =>
      readable.has(environmentId),
    );
    const ends = await readers.lives.listExpectedEnds([toggle.toggleId]);
    return {
      ...toggleView(toggle, settings, environments),
      environment: environment.key,
      expectedEnd: ends.get(toggle.toggleId) ?? null,
    };
  });
}
