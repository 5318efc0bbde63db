import type { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { note } from "./change-webhooks.ts";
import { enterPlacedWebhook } from "./enter-webhook.ts";
import type { webhookInput } from "./webhook-input.ts";

/**
 * Sends an endpoint a notice of its own, on the way that all go; its deliveries tell what came of it.
 * @throws {AppError} "webhook_not_found", "webhook_inactive"
 */
export async function testWebhook(
  caller: Caller,
  input: z.output<typeof webhookInput>,
): Promise<{ readonly delivery: string }> {
  const { db, person } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { webhook } = await enterPlacedWebhook(writers, person, "webhook.write", input);
    if (webhook.state !== "active") {
      throw new AppError("webhook_inactive", `This webhook is ${webhook.state}; make it active first.`);
    }
    const delivery = await writers.notices.addFor(webhook.webhookId, {
      type: "webhook.test",
      projectId: webhook.projectId ?? undefined,
      data: { webhook: webhook.name, actor: actorOf(person) },
    });
    await note(caller, writers, "webhook.tested", webhook, { after: { delivery } });
    return { delivery };
  });
}
