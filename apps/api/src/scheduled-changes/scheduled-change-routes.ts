/** Scheduled changes over REST: what is planned for a toggle, by people and by their programs. */
import {
  cancelScheduledChange,
  cancelScheduledChangeInput,
  createScheduledChange,
  createScheduledChangeInput,
  listScheduledChanges,
  listScheduledChangesInput,
  parseInput,
} from "@burgee/core";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { limitInQuery, noBody } from "../http/inputs.ts";

const noQuery = z.strictObject({});
const listQuery = listScheduledChangesInput.extend({ limit: limitInQuery });

export function scheduledChangeRoutes({ makeCaller }: { readonly makeCaller: MakeCaller }): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/scheduled-changes",
      access: personalKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: listQuery,
      body: noBody,
      handle: async ({ query, ...exchange }) => ({
        body: await listScheduledChanges(makeCaller(exchange), query),
      }),
    }),

    defineRoute({
      method: "POST",
      path: "/v1/scheduled-changes",
      access: personalKey,
      needs: { permission: "toggle.write", in: "environment" },
      query: noQuery,
      body: createScheduledChangeInput,
      handle: async ({ body, ...exchange }) => ({
        status: 201,
        body: await createScheduledChange(makeCaller(exchange), body),
      }),
    }),

    defineRoute({
      method: "POST",
      path: "/v1/scheduled-changes/:id/cancel",
      access: personalKey,
      needs: { permission: "toggle.write", in: "scheduled change" },
      query: noQuery,
      body: noBody,
      handle: async (exchange) => {
        const input = parseInput(cancelScheduledChangeInput, exchange.params);
        return { body: await cancelScheduledChange(makeCaller(exchange), input) };
      },
    }),
  ];
}
