import type { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterWholePlace } from "../access/scope.ts";
import { type listWebhooksInput, type WebhookView, webhookView } from "./webhook-input.ts";

/** A project's webhooks, or every one of the tenant. @throws {AppError} "project_not_found" */
export async function listWebhooks(
  { db, person }: Caller,
  input: z.output<typeof listWebhooksInput>,
): Promise<readonly WebhookView[]> {
  return db.read(person.tenantId, async (readers) => {
    const project = await enterWholePlace(readers, person, "webhook.read", input);
    const keys = new Map((await readers.projects.list()).map((each) => [each.projectId, each.key]));
    const webhooks = await readers.webhooks.list(project?.projectId);
    return webhooks.map((each) =>
      webhookView(each, each.projectId === null ? null : (keys.get(each.projectId) ?? null)),
    );
  });
}
