/**
 * The one way in which configuration changes. In a single transaction, environment rows locked first: the setting and
 * its immutable version, the environment's next revision, the outbox row, and last the audit entry. All, or nothing.
 */
import type { Actor, Environment, Setting, SettingState, Toggle, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { demandPublishable } from "../rulesets/demand-publishable.ts";
import { measureSetting } from "../rulesets/measure-compiled.ts";
import { settingStateView, settingView } from "../toggles/toggle-view.ts";

/** A setting's revision: from here on, SDKs see the change. */
export interface Changed {
  readonly environment: Environment;
  readonly before: Setting | null;
  readonly setting: Setting;
  /** As the change left it. */
  readonly toggle: Toggle;
  readonly epoch: string;
  readonly revision: number;
}

interface Change {
  readonly toggle: Toggle;
  /** Locked by this transaction. */
  readonly environment: Environment;
  readonly actor: Actor;
  readonly traceparent: string | null;
  /** Why, in their own words. */
  readonly comment?: string | undefined;
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
      ...measureSetting({ ...change, version: 1 }),
    },
    change.actor,
  );
  return record(writers, change, null, setting);
}

/**
 * The next version of a setting, if it still stands at `expectedVersion`.
 * @throws {AppError} "version_conflict", what {@link demandVersion} throws; "limit_reached" for a ruleset too large
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
  await demandVersion(writers, current, expectedVersion, environment.key);
  const state = change.next(current);
  const next = {
    state,
    ...measureSetting({ toggle, state, salt: current.salt, version: expectedVersion + 1 }),
  };
  const saved = await writers.settings.save(current, expectedVersion, next, actor);
  if (!saved) throw new Error(`The setting of ${toggle.key} changed under the lock of its environment.`);
  const touched = await writers.toggles.touch(toggle.toggleId);
  return record(writers, { ...change, toggle: touched }, current, saved);
}

async function record(
  writers: Writers,
  { environment, toggle, actor, traceparent, comment }: Change,
  before: Setting | null,
  setting: Setting,
): Promise<Changed> {
  const grownBytes = setting.compiledBytes - (before?.compiledBytes ?? 0);
  const raised = await writers.environments.raiseRevision(environment.environmentId, grownBytes);
  demandPublishable(environment, raised.rulesetBytes, grownBytes);
  const { epoch, revision } = raised;
  await writers.settings.addVersion(setting, toggle, revision, actor, comment ?? null);
  await writers.outbox.append({
    environmentId: environment.environmentId,
    epoch,
    revision,
    type: setting.state.archived ? "toggle.archived" : "toggle.changed",
    toggleId: toggle.toggleId,
    version: setting.version,
    traceparent,
  });
  await announceNotice(writers, {
    type: setting.state.archived ? "toggle.archived" : "toggle.changed",
    projectId: toggle.projectId,
    environmentId: environment.environmentId,
    revision,
    data: {
      toggle: toggle.key,
      version: setting.version,
      enabled: setting.state.enabled,
      created: before === null,
      actor,
    },
  });
  return { environment, before, setting, toggle, epoch, revision };
}

/** What the audit trail says of changes in several environments: the revision that each brought, by environment. */
export function revisionsOf(changes: readonly Changed[]): Readonly<Record<string, number>> {
  return Object.fromEntries(changes.map(({ environment, revision }) => [environment.key, revision]));
}

/**
 * The environment is locked, so what holds now holds until the transaction ends.
 * @throws {AppError} "version_conflict", whose details carry both states: `expected` as the caller saw it (null for a
 *   version that never was), and `current`
 */
export async function demandVersion(
  { settings }: Writers,
  current: Setting,
  expectedVersion: number,
  environmentKey: string,
): Promise<void> {
  if (current.version === expectedVersion) return;

  const { environmentId, toggleId } = current;
  const page = { environmentId, toggleId, before: expectedVersion + 1, limit: 1 };
  const [seen] = await settings.history(page);
  throw new AppError(
    "version_conflict",
    `Somebody changed this setting meanwhile: it is at version ${current.version}, and you changed version ${expectedVersion}.`,
    {
      details: {
        expectedVersion,
        expected: seen?.version === expectedVersion ? settingStateView(seen.state) : null,
        current: settingView(current, environmentKey),
      },
    },
  );
}
