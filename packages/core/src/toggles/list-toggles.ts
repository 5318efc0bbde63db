import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey } from "../names.ts";
import { type ToggleView, toggleView } from "./toggle-view.ts";

export const listTogglesInput = z.strictObject({
  ...environmentScope,
  /** The `nextCursor` of the page before. */
  cursor: toggleKey.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface TogglePage {
  readonly items: readonly ToggleView[];
  readonly nextCursor: string | null;
}

/** A page of a project's toggles in key order, each with its setting in one environment. */
export async function listToggles(
  { db, person }: Caller,
  input: z.infer<typeof listTogglesInput>,
): Promise<TogglePage> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const toggles = await readers.toggles.list({
      projectId: project.projectId,
      after: input.cursor,
      limit: input.limit + 1,
    });
    const page = toggles.slice(0, input.limit);
    const settings = await readers.settings.listOfEnvironment(
      environment.environmentId,
      page.map(({ toggleId }) => toggleId),
    );
    const settingOf = new Map(settings.map((setting) => [setting.toggleId, setting]));

    return {
      items: page.map((toggle) => {
        const setting = settingOf.get(toggle.toggleId);
        return toggleView(toggle, setting ? [setting] : [], [environment]);
      }),
      nextCursor: toggles.length > page.length ? (page.at(-1)?.key ?? null) : null,
    };
  });
}
