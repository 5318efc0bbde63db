import type { Actor, EnvironmentId, SettingState, Toggle, Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller, type Person } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { changeSetting } from "../changes/change-settings.ts";
import { type ConditionReader, conditionReaderOf } from "../conditions/condition-reader.ts";
import { shownIssues, WARNING_BOUNDS } from "../errors/shown-issues.ts";
import { changeComment, toggleKey, version } from "../names.ts";
import { demandPrerequisites } from "../prerequisites/demand-prerequisites.ts";
import { stopOverrunPlan } from "../rollouts/stop-overrun-plan.ts";
import { findLiveToggle } from "../toggles/find-live-toggle.ts";
import { type ChangedToggleView, toggleView } from "../toggles/toggle-view.ts";
import { auditedSetting, auditedSettingChange } from "./audited-setting.ts";
import { rulesInVain, type SavedSetting, savedSetting } from "./rules-in-vain.ts";
import { settingInput, toSettingState } from "./setting-input.ts";

const target = {
  ...environmentScope,
  toggle: toggleKey,
  /** The version that the caller has seen; another one there is a conflict. */
  expectedVersion: version,
  comment: changeComment.optional(),
};

export const updateSettingInput = z.strictObject({ ...target, ...settingInput });
export const setToggleEnabledInput = z.strictObject({ ...target, enabled: z.boolean() });

const targetInput = z.object(target);
type Target = z.infer<typeof targetInput>;

/** Who edits, and by which request. */
export interface Editor {
  /** Whose permission it takes. */
  readonly person: Person;
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly traceparent: string | null;
  /** Who planned what the actor does now. */
  readonly onBehalfOf?: Actor;
}

export interface SettingEdit {
  /** As the audit trail calls it. */
  readonly action: string;
  readonly next: (toggle: Toggle, current: SettingState, conditions: ConditionReader) => SettingState;
}

interface Edited {
  readonly view: ChangedToggleView;
  readonly environmentId: EnvironmentId;
  readonly saved: SavedSetting;
}

/** Replaces a toggle's setting in one environment. @throws {AppError} "version_conflict", "toggle_archived" */
export function updateSetting(
  caller: Caller,
  input: z.output<typeof updateSettingInput>,
): Promise<ChangedToggleView> {
  return change(caller, input, {
    action: "setting.updated",
    next: (toggle, current, conditions) => toSettingState(input, toggle, conditions, current),
  });
}

/** Turns a toggle on or off in one environment, and leaves its rules alone. */
export function setToggleEnabled(
  caller: Caller,
  input: z.output<typeof setToggleEnabledInput>,
): Promise<ChangedToggleView> {
  return change(caller, input, {
    action: input.enabled ? "toggle.enabled" : "toggle.disabled",
    next: (_, current) => ({ ...current, enabled: input.enabled }),
  });
}

async function change(caller: Caller, input: Target, edit: SettingEdit): Promise<ChangedToggleView> {
  const { db, person, nudge } = caller;
  const editor = { ...caller, actor: actorOf(person) };
  const { view, environmentId, saved } = await db.transact(person.tenantId, (writers) =>
    editSetting(writers, editor, input, edit),
  );
  nudge({ tenantId: person.tenantId, environmentId, revision: view.revision });
  return { ...view, warnings: shownIssues([...view.warnings, ...rulesInVain(saved)], WARNING_BOUNDS) };
}

/**
 * Edits a setting, within a transaction.
 * @param record what else is to be written of the revision that it brings, before the audit entry
 */
export async function editSetting(
  writers: Writers,
  { person, actor, requestId, traceparent, onBehalfOf }: Editor,
  input: Target,
  { action, next }: SettingEdit,
  record: (revision: number) => Promise<void> = async () => undefined,
): Promise<Edited> {
  const { project, environment } = await enterEnvironment(writers, person, "toggle.write", input);
  await writers.environments.lock(environment.environmentId);
  const found = await findLiveToggle(writers, project.projectId, input.toggle);
  const conditions = await conditionReaderOf(writers, project.projectId);
  const { before, setting, toggle, epoch, revision } = await changeSetting(writers, {
    ...{ toggle: found, environment, actor, traceparent },
    ...{ expectedVersion: input.expectedVersion, comment: input.comment },
    next: (current) => next(found, current.state, conditions),
  });
  await demandPrerequisites(writers, { toggle, environment, state: setting.state });
  await record(revision);
  await stopOverrunPlan(writers, {
    ...{ person, actor, environment, toggle, requestId },
    version: setting.version,
  });
  await appendEntry(writers, person.tenantId, {
    actor,
    action,
    object: `toggle/${project.key}/${toggle.key}`,
    environmentId: environment.environmentId,
    revision,
    requestId,
    before: before && auditedSetting(before.state),
    after: {
      ...auditedSettingChange(setting.state, before?.state),
      ...(input.comment !== undefined && { comment: input.comment }),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
    },
  });
  const view = {
    ...toggleView(toggle, [setting], [environment]),
    environment: environment.key,
    epoch,
    revision,
    warnings: conditions.warnings,
  };
  const saved = await savedSetting(writers, { toggle, setting });
  return { view, environmentId: environment.environmentId, saved };
}
