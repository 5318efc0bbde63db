import type { LiveRulesets } from "@burgee/core";
import { z } from "zod";
import { streamingKey } from "../access/credential.ts";
import { demandOwn, ownEnvironmentQuery } from "../access/own-environment.ts";
import { TransportError } from "../errors/api-error.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody } from "../http/inputs.ts";
import type { Position } from "./environment-feed.ts";
import type { Streams } from "./streams.ts";

/** `patches=none` asks for each ruleset whole, as an SDK does that checks who signed it. */
const streamQuery = ownEnvironmentQuery.extend({ patches: z.literal("none").optional() });

const EVENT_ID = /^([0-9a-f-]{36})\.(\d{1,15})$/;

/** Server-sent events: an environment's ruleset and each change of it; to clients, that there was one. */
export function streamRoutes(streams: Streams, rulesets: LiveRulesets): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/stream",
      isHot: true,
      takesOver: true,
      isForPages: true,
      access: streamingKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: streamQuery,
      body: noBody,
      handle: async ({ credential, request, response, query }) => {
        if (request.method === "HEAD") {
          throw new TransportError("method_not_allowed", "A stream has no head to ask for.", {
            headers: { allow: "GET, OPTIONS" },
          });
        }
        demandOwn(await rulesets.get(credential.scope), query);
        const held = heldBy(request.headers["last-event-id"]);
        await streams.open({ response, credential, held, wantsWhole: query.patches === "none" });
        return { takenOver: true };
      },
    }),
  ];
}

/** What an SDK holds, by the last event that it took. What can't be read counts as nothing held. */
function heldBy(lastEventId: string | string[] | undefined): Position | undefined {
  const [, epoch, revision] = EVENT_ID.exec(typeof lastEventId === "string" ? lastEventId : "") ?? [];
  return epoch === undefined ? undefined : { epoch, revision: Number(revision) };
}
