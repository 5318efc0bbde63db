import {
  newId,
  type Webhook,
  type WebhookId,
  type WebhookSecretId,
  type Writers,
  webhookSecretPlace,
} from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterWholePlace } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { webhookId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { LIMITS } from "../limits.ts";
import { demandEnvironments, enterPlacedWebhook } from "./enter-webhook.ts";
import { makeWebhookSecret } from "./sign-message.ts";
import {
  auditedWebhook,
  type createWebhookInput,
  type removeWebhookInput,
  type updateWebhookInput,
  type WebhookView,
  webhookView,
} from "./webhook-input.ts";

/** What changing webhooks takes beyond a caller. */
export interface WebhookCaller extends Caller {
  readonly keyring: Keyring;
  /** Why an address is not called, as it is written; undefined where it may be. */
  readonly refusalOf: (url: string) => string | undefined;
}

/** The secret's text, which is in this answer only. */
export interface SecretWebhookView extends WebhookView {
  readonly secret: string;
}

const HOUR_MS = 60 * 60 * 1000;
const LONGEST_OVERLAP_HOURS = 7 * 24;

export const rotateWebhookSecretInput = z.strictObject({
  id: webhookId,
  /** For how long the old secret signs beside the new one. */
  overlapHours: z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(24),
});

/** @throws {AppError} "invalid_input", "project_not_found", "environment_not_found", "limit_reached" */
export async function createWebhook(
  caller: WebhookCaller,
  { project: key, ...input }: z.output<typeof createWebhookInput>,
): Promise<SecretWebhookView> {
  const { db, person } = caller;
  demandCallable(caller, input.url);
  const secret = await sealNewSecret(caller);
  return db.transact(person.tenantId, async (writers) => {
    const project = await enterWholePlace(writers, person, "webhook.write", { project: key });
    const projectId = project?.projectId ?? null;
    await demandEnvironments(writers, projectId, input.environments);
    if ((await writers.webhooks.count()) >= LIMITS.webhooksPerTenant) {
      throw new AppError("limit_reached", `A tenant has at most ${LIMITS.webhooksPerTenant} webhooks.`);
    }
    const id = newId<WebhookId>();
    const webhook = await writers.webhooks.create({ ...input, webhookId: id, projectId }, actorOf(person));
    await writers.webhooks.setSecret({ webhookId: id, ...secret.sealed }, 0);
    await note(caller, writers, "webhook.created", webhook, { after: auditedWebhook(webhook) });
    return { ...webhookView(webhook, project?.key ?? null), secret: secret.text };
  });
}

/** @throws {AppError} "invalid_input", "webhook_not_found", "environment_not_found", "version_conflict" */
export async function updateWebhook(
  caller: WebhookCaller,
  { id, expectedVersion, ...edit }: z.output<typeof updateWebhookInput>,
): Promise<WebhookView> {
  const { db, person } = caller;
  if (edit.url !== undefined) demandCallable(caller, edit.url);
  return db.transact(person.tenantId, async (writers) => {
    const { webhook: before, project } = await enterPlacedWebhook(writers, person, "webhook.write", { id });
    await demandEnvironments(writers, before.projectId, edit.environments ?? []);
    const state = edit.state ?? before.state;
    const next = {
      name: edit.name ?? before.name,
      url: edit.url ?? before.url,
      types: edit.types ?? before.types,
      environments: edit.environments ?? before.environments,
      state,
      disabledFor: state === "disabled" ? before.disabledFor : null,
    };
    const saved = await writers.webhooks.save(id, next, expectedVersion);
    if (!saved) throw conflict(before, expectedVersion);
    await note(caller, writers, "webhook.updated", saved, {
      before: auditedWebhook(before),
      after: auditedWebhook(saved),
    });
    return webhookView(saved, project);
  });
}

/** Ends it, with what waits for it and its log. @throws {AppError} "webhook_not_found", "version_conflict" */
export async function removeWebhook(
  caller: Caller,
  { expectedVersion, ...input }: z.output<typeof removeWebhookInput>,
): Promise<void> {
  await caller.db.transact(caller.person.tenantId, async (writers) => {
    const { webhook } = await enterPlacedWebhook(writers, caller.person, "webhook.write", input);
    if (webhook.version !== expectedVersion) throw conflict(webhook, expectedVersion);
    await writers.webhooks.remove(webhook.webhookId);
    await note(caller, writers, "webhook.removed", webhook, { before: auditedWebhook(webhook) });
  });
}

/** @throws {AppError} "webhook_not_found" */
export async function rotateWebhookSecret(
  caller: WebhookCaller,
  { id, overlapHours }: z.output<typeof rotateWebhookSecretInput>,
): Promise<SecretWebhookView> {
  const secret = await sealNewSecret(caller);
  return caller.db.transact(caller.person.tenantId, async (writers) => {
    const { webhook, project } = await enterPlacedWebhook(writers, caller.person, "webhook.write", { id });
    await writers.webhooks.setSecret({ webhookId: id, ...secret.sealed }, overlapHours * HOUR_MS);
    await note(caller, writers, "webhook.secret_rotated", webhook, { after: { overlapHours } });
    return { ...webhookView(webhook, project), secret: secret.text };
  });
}

export async function note(
  { person, requestId }: Caller,
  writers: Writers,
  action: string,
  { webhookId: id }: Pick<Webhook, "webhookId">,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  const entry = { actor: actorOf(person), action, object: `webhook/${id}`, requestId };
  await appendEntry(writers, person.tenantId, { ...entry, ...states });
}

function conflict({ version }: Webhook, expectedVersion: number): AppError {
  return new AppError(
    "version_conflict",
    `Somebody changed this webhook meanwhile: it is at version ${version}, and you changed version ${expectedVersion}.`,
  );
}

function demandCallable({ refusalOf }: WebhookCaller, url: string): void {
  const message = refusalOf(url);
  if (message !== undefined) throw refuse([{ pointer: "/url", code: "not_callable", message }]);
}

async function sealNewSecret({ keyring, person }: WebhookCaller) {
  const text = makeWebhookSecret();
  const webhookSecretId = newId<WebhookSecretId>();
  const place = webhookSecretPlace(person.tenantId, webhookSecretId);
  return { text, sealed: { webhookSecretId, sealedSecret: await keyring.seal(place, text) } };
}
