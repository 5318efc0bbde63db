import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { environmentScope, findEnvironment } from "../access/scope.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey, version } from "../names.ts";
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
}

/** Every version that a toggle's setting had in one environment, newest first. */
export async function listHistory(
  { db, person }: Caller,
  input: z.infer<typeof listHistoryInput>,
): Promise<{ readonly items: readonly SettingVersionView[]; readonly nextBefore: number | null }> {
  demand(person, "toggle.read");
  const versions = await db.read(person.tenantId, async (readers) => {
    const { project, environment } = await findEnvironment(readers, person, input);
    const toggle = await findToggle(readers, project.projectId, input.toggle);
    return readers.settings.history({
      environmentId: environment.environmentId,
      toggleId: toggle.toggleId,
      before: input.before,
      limit: input.limit,
    });
  });
  const last = versions.at(-1);
  return {
    items: versions.map(({ version, revision, actor, createdAt, state }) => ({
      version,
      revision,
      actor,
      at: createdAt.toISOString(),
      archived: state.archived,
      ...settingStateView(state),
    })),
    nextBefore: versions.length === input.limit && last && last.version > 1 ? last.version : null,
  };
}
