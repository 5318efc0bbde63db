import type { LiveRuleset, LiveRulesets } from "@burgee/core";
import { serverKey } from "../access/credential.ts";
import { demandOwn, ownEnvironmentQuery } from "../access/own-environment.ts";
import { acceptedCodings } from "../http/accepted-codings.ts";
import { type Answer, defineRoute, type Route } from "../http/define-route.ts";
import { goOn } from "../http/go-on.ts";
import { noBody } from "../http/inputs.ts";
import type { RulesetBodies } from "./ruleset-bodies.ts";

export interface RulesetRouteDeps {
  readonly rulesets: LiveRulesets;
  readonly bodies: RulesetBodies;
}

/** The whole ruleset of a server key's environment, for SDKs that poll. */
export function rulesetRoutes({ rulesets, bodies }: RulesetRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/ruleset",
      isHot: true,
      access: serverKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: ownEnvironmentQuery,
      body: noBody,
      handle: ({ credential: { scope }, request: { headers }, query }) =>
        goOn<LiveRuleset, Answer>(rulesets.peek(scope) ?? rulesets.get(scope), (ruleset) => {
          demandOwn(ruleset, query);
          const unchanged = bodies.headersOfHeld(ruleset, headers["if-none-match"]);
          if (unchanged) return { status: 304, headers: unchanged };
          const { headers: told, bytes } = bodies.of(ruleset, acceptedCodings(headers["accept-encoding"]));
          return { headers: told, body: bytes };
        }),
    }),
  ];
}
