import type { LiveRulesets } from "@burgee/core";
import { serverKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody, rawQuery } from "../http/inputs.ts";
import { isCurrent } from "../http/preconditions.ts";

/** The whole ruleset of a server key's environment, for SDKs that poll. */
export function rulesetRoutes(rulesets: LiveRulesets): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/ruleset",
      access: serverKey,
      query: rawQuery,
      body: noBody,
      handle: async ({ credential, request }) => {
        const { etag, body } = await rulesets.get(credential.scope);
        const headers = { etag, "cache-control": "private, no-cache" };
        return isCurrent(request.headers["if-none-match"], etag)
          ? { status: 304, headers }
          : { headers, body };
      },
    }),
  ];
}
