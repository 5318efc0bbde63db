/**
 * The one way in which configuration changes. In a single transaction, environment rows locked first: the setting and
 * its immutable version, the environment's next revision, the outbox row, and last the audit entry. All, or nothing.
 */
import type { Actor, Environment, Setting, SettingState, Toggle, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { settingView } from "../toggles/toggle-view.ts";

/** A setting's revision: from here on, SDKs see the change. */
export interface Changed {
  readonly environment: Environment;
  readonly before: Setting | null;
  readonly setting: Setting;
  readonly epoch: string;
  readonly revision: number;
}

interface Change {
  readonly toggle: Toggle;
  /** Locked by this transaction. */
  readonly environment: Environment;
  readonly actor: Actor;
  readonly traceparent: string | null;
}

/** The first version of a setting. */
export async function addSetting(
  writers: Writers,
  change: Change & { readonly state: SettingState; readonly salt: string },
): Promise<Changed> {
  const setting = await writers.settings.create(
    {
      environmentId: change.environment.environmentId,
      toggleId: change.toggle.toggleId,
      state: change.state,
      salt: change.salt,
    },
    change.actor,
  );
  return record(writers, change, null, setting);
}

/**
 * The next version of a setting, if it still stands at `expectedVersion`.
 * @throws {AppError} "version_conflict", whose details carry the version that was expected and the setting as it is
 */
export async function changeSetting(
  writers: Writers,
  change: Change & {
    readonly expectedVersion: number;
    readonly next: (current: Setting) => SettingState;
  },
): Promise<Changed> {
  const { environment, toggle, expectedVersion, actor } = change;
  const current = await writers.settings.find(environment.environmentId, toggle.toggleId);
  if (!current) {
    throw new AppError("toggle_not_found", `The toggle ${toggle.key} has no setting in ${environment.key}.`);
  }
  if (current.version !== expectedVersion) throw conflict(current, expectedVersion, environment.key);

  const saved = await writers.settings.save(current, expectedVersion, change.next(current), actor);
  if (!saved) throw conflict(current, expectedVersion, environment.key);
  await writers.toggles.touch(toggle.toggleId);
  return record(writers, change, current, saved);
}

async function record(
  writers: Writers,
  { environment, toggle, actor, traceparent }: Change,
  before: Setting | null,
  setting: Setting,
): Promise<Changed> {
  const { epoch, revision } = await writers.environments.raiseRevision(environment.environmentId);
  await writers.settings.addVersion(setting, toggle, revision, actor);
  await writers.outbox.append({
    environmentId: environment.environmentId,
    epoch,
    revision,
    type: setting.state.archived ? "toggle.archived" : "toggle.changed",
    toggleId: toggle.toggleId,
    version: setting.version,
    traceparent,
  });
  return { environment, before, setting, epoch, revision };
}

function conflict(current: Setting, expectedVersion: number, environmentKey: string): AppError {
  return new AppError(
    "version_conflict",
    `Somebody changed this setting meanwhile: it is at version ${current.version}, and you changed version ${expectedVersion}.`,
    { details: { expectedVersion, current: settingView(current, environmentKey) } },
  );
}
