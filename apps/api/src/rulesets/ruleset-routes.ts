import type { LiveRulesets } from "@burgee/core";
import { serverKey } from "../access/credential.ts";
import { demandOwn, ownEnvironmentQuery } from "../access/own-environment.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody } from "../http/inputs.ts";
import { isCurrent } from "../http/preconditions.ts";

/** The whole ruleset of a server key's environment, for SDKs that poll. */
export function rulesetRoutes(rulesets: LiveRulesets): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/ruleset",
      isHot: true,
      access: serverKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: ownEnvironmentQuery,
      body: noBody,
      handle: async ({ credential, request, query }) => {
        const ruleset = await rulesets.get(credential.scope);
        demandOwn(ruleset, query);
        const { etag, body } = ruleset;
        const headers = { etag, "cache-control": "private, no-cache" };
        return isCurrent(request.headers["if-none-match"], etag)
          ? { status: 304, headers }
          : { headers, body };
      },
    }),
  ];
}
