import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { noticeId, webhookId } from "../ids.ts";
import { note } from "./change-webhooks.ts";
import { enterPlacedWebhook } from "./enter-webhook.ts";

export const replayDeliveriesInput = z.strictObject({
  id: webhookId,
  /** Left out, all that were given up. */
  delivery: noticeId.optional(),
});

/** Sends again what an endpoint was sent, under the same ids. @throws {AppError} "webhook_not_found", "delivery_not_found" */
export async function replayDeliveries(
  caller: Caller,
  { id, delivery }: z.output<typeof replayDeliveriesInput>,
): Promise<{ readonly replayed: number }> {
  return caller.db.transact(caller.person.tenantId, async (writers) => {
    const { webhook } = await enterPlacedWebhook(writers, caller.person, "webhook.write", { id });
    const replayed = await writers.webhooks.replay(webhook.webhookId, delivery);
    if (delivery !== undefined && replayed === 0) {
      throw new AppError(
        "delivery_not_found",
        "Nothing of this id was sent to this webhook in the last 30 days.",
      );
    }
    await note(caller, writers, "webhook.replayed", webhook, {
      after: { delivery: delivery ?? null, replayed },
    });
    return { replayed };
  });
}
