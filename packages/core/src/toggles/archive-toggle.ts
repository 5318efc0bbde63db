import type { Environment, Setting, Toggle, Writers } from "@burgee/db";
import { z } from "zod";
import { demandThroughout } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { type Changed, changeSetting, revisionsOf } from "../changes/change-settings.ts";
import { toggleKey, version } from "../names.ts";
import { demandUnneeded } from "../prerequisites/demand-unneeded.ts";
import { abortPlansOf } from "../rollouts/stop-overrun-plan.ts";
import { findLiveToggle } from "./find-live-toggle.ts";
import { type ChangedToggleView, toggleView } from "./toggle-view.ts";

export const archiveToggleInput = z.strictObject({
  ...environmentScope,
  key: toggleKey,
  /** The version of the setting in the named environment that the caller has seen. */
  expectedVersion: version,
});

/**
 * Ends a toggle in every environment: SDKs no longer know it, and callers get their fallbacks. Its history stays.
 * @throws {AppError} "toggle_not_found", "toggle_archived", "toggle_in_use", "version_conflict"
 */
export async function archiveToggle(
  caller: Caller,
  input: z.infer<typeof archiveToggleInput>,
): Promise<ChangedToggleView> {
  const { db, person, nudge } = caller;
  const { view, changes } = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "toggle.write", input);
    demandThroughout(person, "toggle.write", { projectId: project.projectId });
    const environments = await writers.environments.lockAll(project.projectId);
    const toggle = await findLiveToggle(writers, project.projectId, input.key);
    await demandUnneeded(writers, toggle);

    const changes = await archiveSettings(caller, writers, toggle, environments, {
      environmentId: environment.environmentId,
      expectedVersion: input.expectedVersion,
    });
    await writers.scheduledChanges.cancelOfToggle(toggle.toggleId);
    const archived = await writers.toggles.archive(toggle.toggleId);
    const { requestId } = caller;
    for (const { environment: changed, setting } of changes)
      await abortPlansOf(writers, {
        person,
        environment: changed,
        toggle,
        requestId,
        version: setting.version,
      });
    const here = changes.find((change) => change.environment.environmentId === environment.environmentId);

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "toggle.archived",
      object: `toggle/${project.key}/${toggle.key}`,
      environmentId: environment.environmentId,
      revision: here?.revision ?? environment.revision,
      requestId: caller.requestId,
      after: { revisions: revisionsOf(changes) },
    });
    const settings = changes.map(({ setting }) => setting);
    return {
      view: {
        ...toggleView(archived, settings, environments),
        environment: environment.key,
        epoch: environment.epoch,
        revision: here?.revision ?? environment.revision,
        warnings: [],
      },
      changes,
    };
  });

  for (const { environment, revision } of changes) {
    nudge({ tenantId: person.tenantId, environmentId: environment.environmentId, revision });
  }
  return view;
}

async function archiveSettings(
  { person, traceparent }: Caller,
  writers: Writers,
  toggle: Toggle,
  environments: readonly Environment[],
  seen: Pick<Setting, "environmentId"> & { readonly expectedVersion: number },
): Promise<readonly Changed[]> {
  const settings = await writers.settings.listOfToggle(toggle.toggleId);
  const changes: Changed[] = [];
  for (const environment of environments) {
    const setting = settings.find(({ environmentId }) => environmentId === environment.environmentId);
    if (!setting) continue;
    changes.push(
      await changeSetting(writers, {
        toggle,
        environment,
        actor: actorOf(person),
        traceparent,
        expectedVersion:
          setting.environmentId === seen.environmentId ? seen.expectedVersion : setting.version,
        next: ({ state }) => ({ ...state, archived: true }),
      }),
    );
  }
  return changes;
}
