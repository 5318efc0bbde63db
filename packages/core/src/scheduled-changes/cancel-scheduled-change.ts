import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterScheduledChange } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { scheduledChangeId } from "../ids.ts";
import { type ScheduledChangeView, scheduledChangeView } from "./scheduled-change-view.ts";

export const cancelScheduledChangeInput = z.strictObject({ id: scheduledChangeId });

/**
 * Takes back a planned change, whoever planned it.
 * @throws {AppError} "scheduled_change_not_found", "scheduled_change_ended"
 */
export async function cancelScheduledChange(
  caller: Caller,
  { id }: z.output<typeof cancelScheduledChangeInput>,
): Promise<ScheduledChangeView> {
  const { db, person } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { environmentId } = await enterScheduledChange(writers, person, "toggle.write", { id });
    // Whoever applies changes of this environment holds its row: one of the two comes first.
    const environment = await writers.environments.lock(environmentId);
    const isCancelled = await writers.scheduledChanges.end(id, { status: "cancelled" });
    const change = await writers.scheduledChanges.find(id);
    if (!isCancelled || !change || !environment) {
      throw new AppError(
        "scheduled_change_ended",
        `This scheduled change has ended before: it is ${change?.status ?? "gone"}.`,
      );
    }
    const keys = await writers.toggles.listKeys([change.toggleId]);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "scheduled_change.cancelled",
      object: `scheduled-change/${id}`,
      environmentId,
      requestId: caller.requestId,
    });
    return scheduledChangeView(change, {
      environment: environment.key,
      toggle: keys.get(change.toggleId) ?? change.toggleId,
    });
  });
}
