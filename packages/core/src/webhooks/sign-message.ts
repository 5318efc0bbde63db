/** A message as Standard Webhooks has it: signed over its id, its time and its body, by each secret that is valid now. */
import { randomBytes } from "node:crypto";
import type { ClaimedDelivery } from "@burgee/db";
import { Webhook } from "standardwebhooks";

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SECRET_BYTES = 32;

export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** The same body and the same id on each try; its time is this one's. */
export function signMessage(
  { noticeId, type, happenedAt, revision, data, now }: ClaimedDelivery,
  secrets: readonly string[],
): WebhookMessage {
  const said = revision === null ? data : { ...data, revision };
  const body = JSON.stringify({ type, timestamp: happenedAt.toISOString(), data: said });
  const signatures = secrets.map((secret) => new Webhook(secret).sign(noticeId, now, body));
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "Burgee-Webhooks",
      "webhook-id": noticeId,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signatures.join(" "),
    },
    body,
  };
}
