import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { demandVersion } from "../changes/change-settings.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { toggleKey, version } from "../names.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { findLiveToggle } from "../toggles/find-live-toggle.ts";
import { momentInput, momentOf } from "./moment.ts";
import { plannedEditInput, readEdit } from "./planned-edit.ts";
import { type ScheduledChangeView, scheduledChangeView } from "./scheduled-change-view.ts";

export const createScheduledChangeInput = z.strictObject({
  ...environmentScope,
  toggle: toggleKey,
  at: momentInput,
  /** The version that the caller has seen: another one there by then is a conflict. Left out, it is for whatever stands by then. */
  expectedVersion: version.optional(),
  change: plannedEditInput,
});

/**
 * Plans one change of a setting for a moment. A worker applies it then as an ordinary change, if whoever planned it may still make it.
 * @throws {AppError} "version_conflict", "toggle_archived", "limit_reached", "invalid_input" also for what could not be applied to the setting as it stands
 */
export async function createScheduledChange(
  caller: Caller,
  input: z.output<typeof createScheduledChangeInput>,
): Promise<ScheduledChangeView> {
  const { db, person, scheduleChange } = caller;
  const { at: dueAt, zone } = momentOf(input.at, "/at");
  const { action, next } = readEdit(input.change);

  const { change, view } = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "toggle.write", input);
    const { environmentId } = environment;
    await writers.environments.lock(environmentId);
    const toggle = await findLiveToggle(writers, project.projectId, input.toggle);
    const { toggleId } = toggle;
    const setting = await writers.settings.find(environmentId, toggleId);
    if (!setting) throw new AppError("toggle_not_found", `The toggle ${toggle.key} has no setting here.`);
    const { expectedVersion = null } = input;
    if (expectedVersion !== null) {
      await demandVersion(writers, setting, expectedVersion, environment.key);
    }
    next(toggle, setting.state, await conditionReaderOf(writers, project.projectId));
    if ((await writers.scheduledChanges.countWaiting(environmentId, toggleId)) >= LIMITS.scheduledChanges) {
      throw new AppError(
        "limit_reached",
        `At most ${LIMITS.scheduledChanges} changes wait for one toggle in an environment; cancel some first.`,
      );
    }

    const planned = { environmentId, toggleId, edit: input.change, dueAt, zone, expectedVersion };
    const change = await writers.scheduledChanges.create(
      { ...planned, plannedBy: person.userId },
      LIMITS.scheduledChangeDelayMs,
    );
    if (!change) throw notAhead(dueAt);
    await announceNotice(writers, {
      type: "change.scheduled",
      projectId: project.projectId,
      environmentId,
      data: {
        id: change.scheduledChangeId,
        toggle: toggle.key,
        at: dueAt.toISOString(),
        action,
        actor: actorOf(person),
      },
    });
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "scheduled_change.created",
      object: `scheduled-change/${change.scheduledChangeId}`,
      environmentId,
      requestId: caller.requestId,
      after: { toggle: toggle.key, at: dueAt.toISOString(), zone, expectedVersion, action },
    });
    return {
      change,
      view: scheduledChangeView(change, { environment: environment.key, toggle: toggle.key }),
    };
  });

  const { environmentId, scheduledChangeId } = change;
  scheduleChange(
    { tenantId: person.tenantId, environmentId, scheduledChangeId },
    Math.max(0, dueAt.getTime() - change.plannedAt.getTime()),
  );
  return view;
}

function notAhead(dueAt: Date): AppError {
  const message = `${dueAt.toISOString()} is not ahead of us by at most a year. Give a moment to come.`;
  return refuse([{ pointer: "/at", code: "not_ahead", message }]);
}
