import type { Environment, SettingState, Toggle, Writers } from "@burgee/db";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { addSetting, type Changed, revisionsOf } from "../changes/change-settings.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { AppError } from "../errors/app-error.ts";
import { shownIssues, WARNING_BOUNDS } from "../errors/shown-issues.ts";
import { LIMITS } from "../limits.ts";
import { demandPrerequisites } from "../prerequisites/demand-prerequisites.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { auditedSettingChange } from "../settings/audited-setting.ts";
import { newSalt } from "../settings/new-salt.ts";
import { rulesInVain, savedSetting } from "../settings/rules-in-vain.ts";
import { toSettingState } from "../settings/setting-input.ts";
import { type CreateToggleInput, toNewToggle } from "./toggle-input.ts";
import { type ChangedToggleView, toggleView } from "./toggle-view.ts";

/**
 * Creates a toggle, with the setting that the input asks for in one environment and switched off in all others.
 * @throws {AppError} "toggle_key_taken", "invalid_input", "limit_reached", "quota_exceeded"
 */
export async function createToggle(caller: Caller, input: CreateToggleInput): Promise<ChangedToggleView> {
  const { db, person, nudge } = caller;
  const definition = toNewToggle(input);
  const { view, changes, saved } = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "toggle.write", input);
    await demandQuota(writers, "toggles");
    const environments = await writers.environments.lockAll(project.projectId);
    if ((await writers.toggles.count(project.projectId)) >= LIMITS.togglesPerProject) throw tooMany();

    const conditions = await conditionReaderOf(writers, project.projectId);
    const asked = toSettingState(input, definition, conditions);
    const toggle = await writers.toggles.create(
      { projectId: project.projectId, ...definition },
      actorOf(person),
    );
    if (!toggle) throw await taken(writers, project.projectId, definition.key);
    await demandPrerequisites(writers, { toggle, environment, state: asked });

    const changes = await addSettings(caller, writers, toggle, environments, (each) =>
      each.environmentId === environment.environmentId ? asked : switchedOff(toggle),
    );
    const here = changes.find((change) => change.environment.environmentId === environment.environmentId);
    if (!here) throw new AppError("environment_not_found", "The environment is gone.");

    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "toggle.created",
      object: `toggle/${project.key}/${toggle.key}`,
      environmentId: environment.environmentId,
      revision: here.revision,
      requestId: caller.requestId,
      after: {
        ...definition,
        environment: environment.key,
        setting: auditedSettingChange(asked, undefined),
        revisions: revisionsOf(changes),
      },
    });
    const settings = changes.map(({ setting }) => setting);
    return {
      view: {
        ...toggleView(toggle, settings, environments),
        environment: environment.key,
        epoch: here.epoch,
        revision: here.revision,
        warnings: conditions.warnings,
      },
      changes,
      saved: await savedSetting(writers, { toggle, setting: here.setting }),
    };
  });

  for (const { environment, revision } of changes) {
    nudge({ tenantId: person.tenantId, environmentId: environment.environmentId, revision });
  }
  return { ...view, warnings: shownIssues([...view.warnings, ...rulesInVain(saved)], WARNING_BOUNDS) };
}

/** In the order of the locks that were taken. */
async function addSettings(
  { person, traceparent }: Caller,
  writers: Writers,
  toggle: Toggle,
  environments: readonly Environment[],
  stateIn: (environment: Environment) => SettingState,
): Promise<readonly Changed[]> {
  const changes: Changed[] = [];
  for (const environment of environments) {
    const change = { toggle, environment, actor: actorOf(person), traceparent };
    changes.push(await addSetting(writers, { ...change, state: stateIn(environment), salt: newSalt() }));
  }
  return changes;
}

/** How a toggle stands where nobody has decided about it yet. */
export function switchedOff({ offVariant, defaultVariant }: Toggle): SettingState {
  return { enabled: false, archived: false, offVariant, defaultVariant, rules: [], rollout: null };
}

async function taken(writers: Writers, projectId: Toggle["projectId"], key: string): Promise<AppError> {
  const existing = await writers.toggles.findByKey(projectId, key);
  const archived = existing?.archivedAt ? " by an archived toggle" : "";
  return new AppError(
    "toggle_key_taken",
    `The key ${key} is taken${archived} in this project; choose another.`,
  );
}

function tooMany(): AppError {
  return new AppError(
    "limit_reached",
    `A project holds at most ${LIMITS.togglesPerProject} toggles; archive some first.`,
  );
}
