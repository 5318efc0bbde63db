import type { DeliveryState, NoticeId, NoticeType, WebhookDelivery } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { noticeId, webhookId } from "../ids.ts";
import { enterPlacedWebhook } from "./enter-webhook.ts";

/** Each may show 4 KB of ten answers. */
const MOST_SHOWN = 50;

export const listDeliveriesInput = z.strictObject({
  id: webhookId,
  /** The `nextCursor` of the page before. */
  cursor: noticeId.optional(),
  limit: z.int().min(1).max(MOST_SHOWN).default(20),
});

export interface WebhookTryView {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly answer: string;
}

export interface WebhookDeliveryView {
  /** The `webhook-id` under which it is sent, each time. */
  readonly id: string;
  readonly type: NoticeType;
  readonly at: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly tries: readonly WebhookTryView[];
}

export interface DeliveryPage {
  readonly items: readonly WebhookDeliveryView[];
  readonly nextCursor: NoticeId | null;
}

/** What was sent to an endpoint within 30 days and what came of it, the newest first. @throws {AppError} "webhook_not_found" */
export async function listDeliveries(
  { db, person }: Caller,
  { id, cursor, limit }: z.output<typeof listDeliveriesInput>,
): Promise<DeliveryPage> {
  return db.read(person.tenantId, async (readers) => {
    const { webhook } = await enterPlacedWebhook(readers, person, "webhook.read", { id });
    const page = { before: cursor, limit: limit + 1 };
    const found = await readers.webhooks.listDeliveries(webhook.webhookId, page);
    const items = found.slice(0, limit);
    return {
      items: items.map(deliveryView),
      nextCursor: found.length > items.length ? (items.at(-1)?.noticeId ?? null) : null,
    };
  });
}

function deliveryView(delivery: WebhookDelivery): WebhookDeliveryView {
  return {
    id: delivery.noticeId,
    type: delivery.type,
    at: delivery.happenedAt.toISOString(),
    state: delivery.state,
    attempts: delivery.attempts,
    nextAt: delivery.dueAt?.toISOString() ?? null,
    tries: delivery.tries.map(({ endedAt, ...each }) => ({ ...each, at: endedAt.toISOString() })),
  };
}
