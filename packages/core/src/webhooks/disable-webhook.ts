import { type ClaimedDelivery, type Database, TenantClosedError, type Webhook } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { auditedWebhook } from "./webhook-input.ts";

/** Stops an endpoint that will not come back by itself, and tells who made it. Of several who find that, one does. */
export async function disableWebhook(
  db: Database,
  { tenantId, webhookId }: Pick<ClaimedDelivery, "tenantId" | "webhookId">,
  reason: NonNullable<Webhook["disabledFor"]>,
): Promise<void> {
  try {
    await db.transact(tenantId, async (writers) => {
      const webhook = await writers.webhooks.disable(webhookId, reason);
      if (!webhook) return;
      await announceNotice(writers, {
        type: "webhook.disabled",
        projectId: webhook.projectId ?? undefined,
        data: { webhook: webhook.name, reason },
        concerns: [webhook.createdBy],
      });
      await appendEntry(writers, tenantId, {
        actor: "system",
        action: "webhook.disabled",
        object: `webhook/${webhookId}`,
        after: { ...auditedWebhook(webhook), reason },
      });
    });
  } catch (error) {
    if (!(error instanceof TenantClosedError)) throw error;
  }
}
