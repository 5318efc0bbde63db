/** Webhooks over REST, for programs of a tenant's admins. */
import {
  type Caller,
  createWebhook,
  createWebhookInput,
  listDeliveries,
  listDeliveriesInput,
  listWebhooks,
  listWebhooksInput,
  parseInput,
  removeWebhook,
  removeWebhookInput,
  replayDeliveries,
  replayDeliveriesInput,
  rotateWebhookSecret,
  rotateWebhookSecretInput,
  testWebhook,
  updateWebhook,
  updateWebhookInput,
  type WebhookCaller,
  type WebhookView,
  webhookInput,
} from "@burgee/core";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey } from "../access/credential.ts";
import { type Answer, defineRoute, type Exchange, type Route } from "../http/define-route.ts";
import { noBody } from "../http/inputs.ts";
import { expectedVersionOf, versionTag } from "../http/preconditions.ts";

export interface WebhookRouteDeps extends Pick<WebhookCaller, "keyring" | "refusalOf"> {
  readonly makeCaller: MakeCaller;
}

const noQuery = z.strictObject({});
/** The webhook and its version are named by the address and by If-Match. */
const editBody = updateWebhookInput.omit({ id: true, expectedVersion: true });
const rotateBody = rotateWebhookSecretInput.omit({ id: true });
const replayBody = replayDeliveriesInput.omit({ id: true });
/** A query holds texts only. */
const deliveriesQuery = listDeliveriesInput.omit({ id: true }).extend({
  limit: z
    .string()
    .regex(/^\d{1,2}$/, "Give a whole number.")
    .transform(Number)
    .optional(),
});

const READING = { permission: "webhook.read", in: "webhook" } as const;
const WRITING = { permission: "webhook.write", in: "webhook" } as const;

export function webhookRoutes({ makeCaller, ...ports }: WebhookRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/webhooks",
      access: personalKey,
      needs: { permission: "webhook.read", in: "whole named place" },
      query: listWebhooksInput,
      body: noBody,
      handle: async ({ query, ...exchange }) => ({
        body: { items: await listWebhooks(makeCaller(exchange), query) },
      }),
    }),

    defineRoute({
      method: "POST",
      path: "/v1/webhooks",
      access: personalKey,
      needs: { permission: "webhook.write", in: "whole named place" },
      query: noQuery,
      body: createWebhookInput,
      handle: async ({ body, ...exchange }) => {
        const view = await createWebhook(withPorts(makeCaller(exchange)), body);
        return { status: 201, headers: { location: `/v1/webhooks/${view.id}`, ...tagOf(view) }, body: view };
      },
    }),

    defineRoute({
      method: "PATCH",
      path: "/v1/webhooks/:id",
      access: personalKey,
      needs: WRITING,
      query: noQuery,
      body: editBody,
      handle: async ({ body, ...exchange }) => {
        const expectedVersion = expectedVersionOf(exchange.request.headers["if-match"]);
        const input = { ...body, ...idOf(exchange), expectedVersion };
        return changed(await updateWebhook(withPorts(makeCaller(exchange)), input));
      },
    }),

    defineRoute({
      method: "DELETE",
      path: "/v1/webhooks/:id",
      access: personalKey,
      needs: WRITING,
      query: noQuery,
      body: noBody,
      handle: async (exchange) => {
        const expectedVersion = expectedVersionOf(exchange.request.headers["if-match"]);
        const input = parseInput(removeWebhookInput, { ...exchange.params, expectedVersion });
        await removeWebhook(makeCaller(exchange), input);
        return { status: 204 };
      },
    }),

    defineRoute({
      method: "POST",
      path: "/v1/webhooks/:id/rotate",
      access: personalKey,
      needs: WRITING,
      query: noQuery,
      body: rotateBody,
      handle: async ({ body, ...exchange }) => {
        const input = { ...body, ...idOf(exchange) };
        return changed(await rotateWebhookSecret(withPorts(makeCaller(exchange)), input));
      },
    }),

    defineRoute({
      method: "POST",
      path: "/v1/webhooks/:id/test",
      access: personalKey,
      needs: WRITING,
      query: noQuery,
      body: noBody,
      handle: async (exchange) => ({
        status: 202,
        body: await testWebhook(makeCaller(exchange), idOf(exchange)),
      }),
    }),

    defineRoute({
      method: "GET",
      path: "/v1/webhooks/:id/deliveries",
      access: personalKey,
      needs: READING,
      query: deliveriesQuery,
      body: noBody,
      handle: async ({ query, ...exchange }) => {
        const input = parseInput(listDeliveriesInput, { ...query, ...exchange.params });
        return { body: await listDeliveries(makeCaller(exchange), input) };
      },
    }),

    defineRoute({
      method: "POST",
      path: "/v1/webhooks/:id/replay",
      access: personalKey,
      needs: WRITING,
      query: noQuery,
      body: replayBody,
      handle: async ({ body, ...exchange }) => ({
        status: 202,
        body: await replayDeliveries(makeCaller(exchange), { ...body, ...idOf(exchange) }),
      }),
    }),
  ];

  function withPorts(caller: Caller): WebhookCaller {
    return { ...caller, ...ports };
  }
}

function idOf({ params }: Pick<Exchange, "params">): z.output<typeof webhookInput> {
  return parseInput(webhookInput, params);
}

function changed(view: WebhookView): Answer {
  return { headers: tagOf(view), body: view };
}

function tagOf({ version }: Pick<WebhookView, "version">): { readonly etag: string } {
  return { etag: versionTag(version) };
}
