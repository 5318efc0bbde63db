import type { Environment, Project, Setting, Toggle, Writers } from "@burgee/db";
import { z } from "zod";
import { demandThroughout } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { type Changed, changeSetting, demandVersion, revisionsOf } from "../changes/change-settings.ts";
import { AppError } from "../errors/app-error.ts";
import { shownIssues, WARNING_BOUNDS } from "../errors/shown-issues.ts";
import { toggleKey, version } from "../names.ts";
import { stopOverrunPlan } from "../rollouts/stop-overrun-plan.ts";
import { rulesInVain, savedSetting } from "../settings/rules-in-vain.ts";
import { demandVariantsUnneeded } from "./demand-variants-unneeded.ts";
import { findLiveToggle } from "./find-live-toggle.ts";
import { definitionInput, toDefinition } from "./toggle-input.ts";
import { type ChangedToggleView, toggleView } from "./toggle-view.ts";
import { isSame } from "./variant-value.ts";

export const updateToggleInput = z.strictObject({
  ...environmentScope,
  key: toggleKey,
  /** The version of the setting in the named environment that the caller has seen. */
  expectedVersion: version,
  ...definitionInput,
});

/**
 * Changes what a toggle is in every environment: its variants, its schema, its name, tags and description; what is left out stays. Variants travel with
 * settings, so another set of them is the next version of each.
 * @throws {AppError} "toggle_not_found", "toggle_archived", "version_conflict", "invalid_input", "limit_reached"
 */
export async function updateToggle(
  caller: Caller,
  input: z.output<typeof updateToggleInput>,
): Promise<ChangedToggleView> {
  const { db, person, nudge } = caller;
  const { view, changes, saved } = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "toggle.write", input);
    demandThroughout(person, "toggle.write", { projectId: project.projectId });
    const environments = await writers.environments.lockAll(project.projectId);
    const before = await findLiveToggle(writers, project.projectId, input.key);
    const settings = await writers.settings.listOfToggle(before.toggleId);
    const seen = await demandSeen(writers, settings, environment, input.expectedVersion);

    const definition = toDefinition(input, before);
    await demandVariantsUnneeded(writers, before, definition.variants, settings);
    const toggle = await writers.toggles.define(before.toggleId, definition);
    const changes = isSame(before.variants, toggle.variants)
      ? []
      : await changeSettings(caller, writers, toggle, environments, settings);
    await record(caller, writers, { project, environment, before, toggle, changes });

    const here = changes.find((change) => change.environment.environmentId === environment.environmentId);
    const view = {
      ...toggleView(
        toggle,
        changes.length > 0 ? changes.map(({ setting }) => setting) : settings,
        environments,
      ),
      environment: environment.key,
      epoch: environment.epoch,
      revision: here?.revision ?? environment.revision,
    };
    const setting = here?.setting ?? seen;
    return { view, changes, saved: await savedSetting(writers, { toggle, setting }) };
  });

  for (const { environment, revision } of changes) {
    nudge({ tenantId: person.tenantId, environmentId: environment.environmentId, revision });
  }
  return { ...view, warnings: shownIssues(rulesInVain(saved), WARNING_BOUNDS) };
}

/** The setting that the caller has seen. @throws {AppError} "toggle_not_found", "version_conflict" */
async function demandSeen(
  writers: Writers,
  settings: readonly Setting[],
  environment: Environment,
  expectedVersion: number,
): Promise<Setting> {
  const setting = settings.find(({ environmentId }) => environmentId === environment.environmentId);
  if (!setting) throw new AppError("toggle_not_found", `The toggle has no setting in ${environment.key}.`);
  await demandVersion(writers, setting, expectedVersion, environment.key);
  return setting;
}

/** The next version of each setting, as it was, with the variants as they are now. */
async function changeSettings(
  { person, traceparent }: Caller,
  writers: Writers,
  toggle: Toggle,
  environments: readonly Environment[],
  settings: readonly Setting[],
): Promise<readonly Changed[]> {
  const changes: Changed[] = [];
  for (const environment of environments) {
    const setting = settings.find(({ environmentId }) => environmentId === environment.environmentId);
    if (!setting) continue;
    const change = { toggle, environment, actor: actorOf(person), traceparent };
    const expectedVersion = setting.version;
    changes.push(await changeSetting(writers, { ...change, expectedVersion, next: ({ state }) => state }));
  }
  return changes;
}

interface Recorded {
  readonly project: Project;
  readonly environment: Environment;
  readonly before: Toggle;
  readonly toggle: Toggle;
  readonly changes: readonly Changed[];
}

async function record(
  { person, requestId }: Caller,
  writers: Writers,
  { project, environment, before, toggle, changes }: Recorded,
): Promise<void> {
  const actor = actorOf(person);
  for (const { environment: changed, setting } of changes) {
    const { version } = setting;
    await stopOverrunPlan(writers, { person, environment: changed, toggle, requestId, version });
  }
  await appendEntry(writers, person.tenantId, {
    actor,
    action: "toggle.updated",
    object: `toggle/${project.key}/${toggle.key}`,
    environmentId: environment.environmentId,
    requestId,
    before: definitionOf(before),
    after: { ...definitionOf(toggle), revisions: revisionsOf(changes) },
  });
}

function definitionOf({ name, description, tags, variants, valueSchema }: Toggle) {
  return { name, description, tags, variants, valueSchema };
}
