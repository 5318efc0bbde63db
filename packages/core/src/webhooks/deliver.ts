import {
  type ClaimedDelivery,
  type Database,
  type NextOfDelivery,
  type SystemDatabase,
  type TenantId,
  webhookSecretPlace,
} from "@burgee/db";
import { BrokenSealError } from "../keyring/envelope.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { blockMsOf, DELIVERY_TIMES, type DeliveryTimes, retryMs } from "./delivery-times.ts";
import { disableWebhook } from "./disable-webhook.ts";
import { signMessage, type WebhookMessage } from "./sign-message.ts";

/** What an endpoint answered, or why it did not. */
export type WebhookAnswer =
  | { readonly status: number; readonly retryAfter: string | null; readonly text: string }
  | { readonly error: string };

/** Calls an endpoint, within bounds of time and size, at public addresses alone. */
export type PostWebhook = (url: string, message: WebhookMessage) => Promise<WebhookAnswer>;

export interface DeliveryPorts {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly keyring: Pick<Keyring, "open">;
  readonly post: PostWebhook;
  readonly times?: DeliveryTimes;
}

export type DeliveryOutcome = "delivered" | "failed" | "given_up";

/** On their way to one tenant's endpoints, from all workers together. */
export const DELIVERIES_AT_ONCE = 4;
const ANSWER_LENGTH = 2048;
const ERROR_LENGTH = 200;
const GONE = 410;

/** Takes the tenant's next delivery, for as long as a try may take. Undefined where none is due, or enough are on their way. */
export function claimDelivery(
  { system, times = DELIVERY_TIMES }: Pick<DeliveryPorts, "system" | "times">,
  tenantId: TenantId,
): Promise<ClaimedDelivery | undefined> {
  const { leaseMs, blockedFrom } = times;
  return system.webhooks.claim(tenantId, { leaseMs, blockedFrom, mostAtOnce: DELIVERIES_AT_ONCE });
}

/**
 * Sends what was claimed, and notes what came of it. Whoever dies in between leaves a claim that runs out: it is sent again, under the
 * same id, by which its receiver knows it.
 */
export async function deliver(ports: DeliveryPorts, claimed: ClaimedDelivery): Promise<DeliveryOutcome> {
  const { db, system, times = DELIVERY_TIMES } = ports;
  const begunMs = performance.now();
  const answer = await send(ports, claimed);
  const tried = { ...triedOf(answer), durationMs: performance.now() - begunMs };

  const next = nextOf(times, claimed, answer, tried.error ?? `status ${tried.status}`);
  const { failures, failingMs } = await system.webhooks.note(claimed, tried, next, blockMsOf(times));
  const isGone = tried.status === GONE;
  if (isGone || (failingMs >= times.disableAfterMs && failures >= times.blockedFrom)) {
    await disableWebhook(db, claimed, isGone ? "gone" : "failing");
  }
  return next.state === "waiting" ? "failed" : next.state;
}

/** A secret that was damaged stays so: that is a failure of the delivery, so that it ends, and is seen by people. */
async function send(ports: DeliveryPorts, claimed: ClaimedDelivery): Promise<WebhookAnswer> {
  let secrets: readonly string[];
  try {
    secrets = await openSecrets(ports, claimed);
  } catch (error) {
    if (!(error instanceof BrokenSealError)) throw error;
    return { error: "broken_secret: A secret of this webhook does not open; rotate it, with no overlap." };
  }
  return ports.post(claimed.url, signMessage(claimed, secrets));
}

async function openSecrets(
  { keyring }: DeliveryPorts,
  { tenantId, secrets }: ClaimedDelivery,
): Promise<readonly string[]> {
  return Promise.all(
    secrets.map(({ webhookSecretId, sealedSecret }) =>
      keyring.open(webhookSecretPlace(tenantId, webhookSecretId), sealedSecret),
    ),
  );
}

function nextOf(
  times: DeliveryTimes,
  { failures, now }: ClaimedDelivery,
  answer: WebhookAnswer,
  why: string,
): NextOfDelivery {
  if ("status" in answer && isTaken(answer.status)) return { state: "delivered" };
  if ("status" in answer && answer.status === GONE) return { state: "given_up", why };
  const retryAfter = "status" in answer ? answer.retryAfter : null;
  const againMs = retryMs(times, failures, { retryAfter, now });
  return againMs === undefined ? { state: "given_up", why } : { state: "waiting", againMs };
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

function triedOf(answer: WebhookAnswer) {
  if ("error" in answer) return { status: null, error: answer.error.slice(0, ERROR_LENGTH), answer: "" };
  return { status: answer.status, error: null, answer: storable(answer.text).slice(0, ANSWER_LENGTH) };
}

/** As text that PostgreSQL takes. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
