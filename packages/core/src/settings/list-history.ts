import type { Variants } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey, version } from "../names.ts";
import { type Page, readPage } from "../pages.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";
import { type SettingStateView, settingStateView } from "../toggles/toggle-view.ts";

export const listHistoryInput = z.strictObject({
  ...environmentScope,
  toggle: toggleKey,
  before: version.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface SettingVersionView extends SettingStateView {
  readonly version: number;
  readonly revision: number;
  readonly actor: string;
  readonly at: string;
  readonly archived: boolean;
  /** Why, in the words of who changed it. */
  readonly comment: string | null;
  /** What there was to serve. */
  readonly variants: Variants;
}

/** Every version that a toggle's setting had in one environment, newest first. */
export async function listHistory(
  { db, person }: Caller,
  input: z.infer<typeof listHistoryInput>,
): Promise<Page<SettingVersionView>> {
  const { items, nextBefore } = await db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "toggle.read", input);
    const { toggleId } = await findToggle(readers, project.projectId, input.toggle);
    const { environmentId } = environment;
    return readPage(
      {
        fetch: (before, limit) => readers.settings.history({ environmentId, toggleId, before, limit }),
        positionOf: ({ version }) => version,
      },
      { before: input.before, limit: input.limit },
    );
  });
  return {
    items: items.map(({ version, revision, actor, comment, variants, createdAt, state }) => ({
      version,
      revision,
      actor,
      at: createdAt.toISOString(),
      archived: state.archived,
      comment,
      variants,
      ...settingStateView(state),
    })),
    nextBefore,
  };
}
