import { recordUsage, usageBatchInput } from "@burgee/core";
import type { Database } from "@burgee/db";
import { z } from "zod";
import { serverKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";

/** What SDKs tell of: how often each toggle served what, and what programs track. Who may read toggles may say which they read. */
export function usageRoutes(db: Database): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/events",
      isHot: true,
      access: serverKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: z.strictObject({}),
      body: usageBatchInput,
      handle: async ({ credential: { scope, keyId }, body }) => ({
        status: 202,
        body: await recordUsage(db, scope, keyId, body),
      }),
    }),
  ];
}
