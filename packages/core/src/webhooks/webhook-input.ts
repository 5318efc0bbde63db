/** What people write as a webhook, and what they are shown of it. */
import type { NoticeType, Webhook, WebhookState } from "@burgee/db";
import { z } from "zod";
import { projectScope } from "../access/scope.ts";
import { webhookId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { displayName, entityKey, version } from "../names.ts";
import { NOTICE_TYPES } from "../notices/notice-types.ts";

type WantedType = Exclude<NoticeType, "webhook.test">;

const WANTED = Object.keys(NOTICE_TYPES).filter(
  (type): type is WantedType => Object.hasOwn(NOTICE_TYPES, type) && type !== "webhook.test",
);

const url = z
  .string()
  .max(2048)
  .refine(isAddress, "Give the address of an endpoint, without a user or a fragment.");
const types = z
  .array(z.enum(WANTED))
  .max(WANTED.length)
  .transform((all) => [...new Set(all)]);
const environments = z
  .array(entityKey)
  .max(LIMITS.environmentsPerProject)
  .transform((all) => [...new Set(all)]);

export const createWebhookInput = z.strictObject({
  /** Left out: of all projects, and of what belongs to none. */
  ...projectScope,
  name: displayName,
  url,
  /** Empty for all. */
  types: types.default([]),
  /** By their keys; empty for all. */
  environments: environments.default([]),
});

/** What is left out stays as it is. */
export const updateWebhookInput = z.strictObject({
  id: webhookId,
  /** That the caller has seen. */
  expectedVersion: version,
  name: displayName.optional(),
  url: url.optional(),
  types: types.optional(),
  environments: environments.optional(),
  /** `active` for one that was disabled, too: what waits for it is tried at once. */
  state: z.enum(["active", "paused"]).optional(),
});

export const removeWebhookInput = z.strictObject({ id: webhookId, expectedVersion: version });
export const webhookInput = z.strictObject({ id: webhookId });
export const listWebhooksInput = z.strictObject({ ...projectScope });

export interface WebhookView {
  readonly id: string;
  readonly version: number;
  readonly project: string | null;
  readonly name: string;
  readonly url: string;
  readonly types: readonly NoticeType[];
  readonly environments: readonly string[];
  readonly state: WebhookState;
  /** Why we stopped. */
  readonly disabledFor: "gone" | "failing" | null;
  /** Tries in a row without an answer that would do, and since when. */
  readonly failures: number;
  readonly failingSince: string | null;
  /** Until when nothing is tried. */
  readonly blockedUntil: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
}

/** @param project the key of its project */
export function webhookView(webhook: Webhook, project: string | null): WebhookView {
  return {
    id: webhook.webhookId,
    version: webhook.version,
    project,
    name: webhook.name,
    url: webhook.url,
    types: webhook.types,
    environments: webhook.environments,
    state: webhook.state,
    disabledFor: webhook.disabledFor,
    failures: webhook.failures,
    failingSince: webhook.failingSince?.toISOString() ?? null,
    blockedUntil: webhook.blockedUntil?.toISOString() ?? null,
    createdBy: webhook.createdBy,
    createdAt: webhook.createdAt.toISOString(),
  };
}

/** For the audit trail, which more people read than addresses are for: some carry a secret in their path. */
export function auditedWebhook({ name, url: address, types, environments, state }: Webhook) {
  return { name, origin: new URL(address).origin, types, environments, state };
}

function isAddress(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password, hash } = new URL(text);
  return username === "" && password === "" && hash === "";
}
