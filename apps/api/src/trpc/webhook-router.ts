import {
  createWebhook,
  createWebhookInput,
  listDeliveries,
  listDeliveriesInput,
  listWebhooks,
  listWebhooksInput,
  removeWebhook,
  removeWebhookInput,
  replayDeliveries,
  replayDeliveriesInput,
  rotateWebhookSecret,
  rotateWebhookSecretInput,
  testWebhook,
  updateWebhook,
  updateWebhookInput,
  webhookInput,
} from "@burgee/core";
import { procedure, router } from "./trpc.ts";

const reading = procedure({ permission: "webhook.read", in: "webhook" });
const writing = procedure({ permission: "webhook.write", in: "webhook" });

/** Endpoints that are told what happens. */
export const webhookRouter = router({
  list: procedure({ permission: "webhook.read", in: "whole named place" })
    .input(listWebhooksInput)
    .query(({ ctx, input }) => listWebhooks(ctx.caller, input)),
  create: procedure({ permission: "webhook.write", in: "whole named place" })
    .input(createWebhookInput)
    .mutation(({ ctx, input }) => createWebhook({ ...ctx, ...ctx.caller }, input)),
  update: writing
    .input(updateWebhookInput)
    .mutation(({ ctx, input }) => updateWebhook({ ...ctx, ...ctx.caller }, input)),
  remove: writing.input(removeWebhookInput).mutation(({ ctx, input }) => removeWebhook(ctx.caller, input)),
  rotateSecret: writing
    .input(rotateWebhookSecretInput)
    .mutation(({ ctx, input }) => rotateWebhookSecret({ ...ctx, ...ctx.caller }, input)),
  test: writing.input(webhookInput).mutation(({ ctx, input }) => testWebhook(ctx.caller, input)),
  deliveries: reading.input(listDeliveriesInput).query(({ ctx, input }) => listDeliveries(ctx.caller, input)),
  replay: writing
    .input(replayDeliveriesInput)
    .mutation(({ ctx, input }) => replayDeliveries(ctx.caller, input)),
});
