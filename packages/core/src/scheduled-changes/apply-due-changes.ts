/**
 * Applies the scheduled changes of one environment that are due, in the order in which they are, each as an ordinary change by the actor
 * `schedule:<id>`. Safe to run twice, and by several workers at once: all of it happens under the lock of the environment, in one
 * transaction with the end of the scheduled change, and only the database's clock says what is due.
 */
import {
  BusyError,
  type EnvironmentId,
  type ScheduledChange,
  type ScheduledChangeId,
  TenantClosedError,
  type TenantId,
  type Writers,
} from "@burgee/db";
import { accessOf } from "../access/access.ts";
import type { Ports } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { editSetting } from "../settings/update-setting.ts";
import { plannedEditInput, readEdit } from "./planned-edit.ts";

export interface DueEnvironment {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
}

export type ScheduledOutcome =
  | { readonly outcome: "applied"; readonly scheduledChangeId: ScheduledChangeId; readonly revision: number }
  | {
      readonly outcome: "conflict" | "failed" | "put_off";
      readonly scheduledChangeId: ScheduledChangeId;
      readonly error: unknown;
    };

/** Then others have their turn; the next sweep goes on. */
const MOST_A_TURN = 50;
const TRIES = 8;
const FIRST_RETRY_MS = 1_000;

export async function applyDueChanges(
  ports: Ports,
  target: DueEnvironment,
): Promise<readonly ScheduledOutcome[]> {
  const outcomes: ScheduledOutcome[] = [];
  for (let turn = 0; turn < MOST_A_TURN; turn++) {
    const due = await ports.db.read(target.tenantId, ({ scheduledChanges }) =>
      scheduledChanges.findDue(target.environmentId),
    );
    if (!due) break;
    const outcome = await applyOne(ports, target, due);
    if (outcome) outcomes.push(outcome);
  }
  return outcomes;
}

/** Undefined where somebody else was at it, or where nothing of the tenant changes any more. */
async function applyOne(
  ports: Ports,
  { tenantId, environmentId }: DueEnvironment,
  due: ScheduledChange,
): Promise<ScheduledOutcome | undefined> {
  const { scheduledChangeId } = due;
  try {
    const revision = await ports.db.transact(tenantId, (writers) => apply(writers, tenantId, due));
    if (revision === undefined) return undefined;
    ports.nudge({ tenantId, environmentId, revision });
    return { outcome: "applied", scheduledChangeId, revision };
  } catch (error) {
    if (error instanceof TenantClosedError) return undefined;
    // What can't be refused for good is tried again, later each time.
    if (error instanceof AppError && error.code !== "unavailable") return end(ports, tenantId, due, error);
    if (error instanceof BusyError) throw error;
    if (due.failures + 1 < TRIES) return putOff(ports, tenantId, due, error);
    const message = "Something went wrong on our side, each time that it was tried.";
    return end(ports, tenantId, due, new AppError("unavailable", message, { cause: error }));
  }
}

/** The revision that it brought; undefined where it is not the next one any more. */
async function apply(
  writers: Writers,
  tenantId: TenantId,
  { scheduledChangeId, environmentId }: ScheduledChange,
): Promise<number | undefined> {
  const environment = await writers.environments.lock(environmentId);
  // Read again under the lock: whoever held it may have applied it, or have cancelled it.
  const due = await writers.scheduledChanges.findDue(environmentId);
  if (!environment || due?.scheduledChangeId !== scheduledChangeId) return undefined;

  const toggle = await writers.toggles.find(due.toggleId);
  const setting = await writers.settings.find(environmentId, due.toggleId);
  if (!toggle || !setting) throw new AppError("toggle_not_found", "The toggle has no setting here any more.");
  const edit = parseInput(plannedEditInput, due.edit);
  const { view } = await editSetting(
    writers,
    {
      person: { ...(await plannerOf(writers, tenantId, due)), home: environment },
      actor: `schedule:${scheduledChangeId}`,
      requestId: null,
      traceparent: null,
      onBehalfOf: `user:${due.plannedBy}`,
    },
    {
      toggle: toggle.key,
      expectedVersion: due.expectedVersion ?? setting.version,
      comment: edit.comment,
    },
    readEdit(edit),
    async (revision) => {
      const isFirst = await writers.scheduledChanges.end(scheduledChangeId, { status: "applied", revision });
      if (!isFirst) throw new Error(`The scheduled change ${scheduledChangeId} ended under the lock.`);
    },
  );
  return view.revision;
}

/** With the roles that they have by now. @throws {AppError} "forbidden" */
async function plannerOf(writers: Writers, tenantId: TenantId, { plannedBy: userId }: ScheduledChange) {
  const member = await writers.members.find(userId);
  if (!member) throw new AppError("forbidden", "Whoever planned this belongs to the tenant no more.");
  return { tenantId, userId, access: accessOf(member.role, member.bindings) };
}

async function end(
  { db }: Ports,
  tenantId: TenantId,
  { scheduledChangeId, environmentId, toggleId, dueAt, plannedBy }: ScheduledChange,
  error: AppError,
): Promise<ScheduledOutcome | undefined> {
  const status = error.code === "version_conflict" ? "conflict" : "failed";
  const { code, message } = error;
  const isEnded = await db.transact(tenantId, async (writers) => {
    const ended = await writers.scheduledChanges.end(scheduledChangeId, { status, error: { code, message } });
    if (!ended) return false;
    const toggle = await writers.toggles.find(toggleId);
    await announceNotice(writers, {
      type: "change.failed",
      projectId: toggle?.projectId,
      environmentId,
      data: { id: scheduledChangeId, toggle: toggle?.key, at: dueAt.toISOString(), code, message },
      concerns: [`user:${plannedBy}`],
    });
    await appendEntry(writers, tenantId, {
      actor: `schedule:${scheduledChangeId}`,
      action: "scheduled_change.failed",
      object: `scheduled-change/${scheduledChangeId}`,
      environmentId,
      after: { code, message },
    });
    return true;
  });
  return isEnded ? { outcome: status, scheduledChangeId, error: error.cause ?? error } : undefined;
}

async function putOff(
  { db }: Ports,
  tenantId: TenantId,
  { scheduledChangeId, failures }: ScheduledChange,
  error: unknown,
): Promise<ScheduledOutcome> {
  const delayMs = FIRST_RETRY_MS * 2 ** Math.min(failures, TRIES);
  await db.transact(tenantId, ({ scheduledChanges }) => scheduledChanges.putOff(scheduledChangeId, delayMs));
  return { outcome: "put_off", scheduledChangeId, error };
}
