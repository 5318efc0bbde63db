import type { Keyring } from "@burgee/core";
import {
  AppError,
  type AppErrorCode,
  connectionId,
  finishSingleSignOn,
  type OpenIdProviders,
  parseInput,
  tenantId,
} from "@burgee/core";
import type { Database, SystemDatabase } from "@burgee/db";
import { z } from "zod";
import { anyone } from "../access/credential.ts";
import { type Answer, defineRoute, type Route } from "../http/define-route.ts";
import { noBody, rawQuery } from "../http/inputs.ts";
import { originOf } from "../http/origin-of.ts";
import { publicOriginOf } from "../sessions/same-origin.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { BrowserCookie } from "./browser-cookie.ts";

export interface CallbackDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly keyring: Keyring;
  readonly providers: OpenIdProviders;
  readonly sessions: Sessions;
  readonly browserCookie: BrowserCookie;
  readonly publicUrl: string | undefined;
}

const callbackParams = z.strictObject({ tenant: tenantId, connection: connectionId });

/** Where a provider sends a browser back to. */
export function callbackRoute({ sessions, browserCookie, publicUrl, ...deps }: CallbackDeps): Route {
  return defineRoute({
    method: "GET",
    path: "/sso/:tenant/:connection/callback",
    access: anyone,
    needs: "public",
    query: rawQuery,
    body: noBody,
    handle: async ({ request, address, response, params, requestId }) => {
      if (request.method !== "GET") throw new AppError("sign_in_refused", "A browser comes back by GET.");
      const { tenant, connection } = parseInput(callbackParams, params);
      const publicOrigin = publicOriginOf(request, publicUrl);
      const cookieHeader = request.headers.cookie;
      const ports = {
        ...deps,
        db: deps.db.withOrigin(originOf({ ip: address, headers: request.headers })),
        publicOrigin,
        requestId,
      };
      const finishing = finishSingleSignOn(ports, {
        tenantId: tenant,
        connectionId: connection,
        url: new URL(request.url ?? "", publicOrigin),
        browserSecret: browserCookie.secretIn(cookieHeader),
      });
      const isNewcomer = !sessions.isNamedBy(cookieHeader) && request.headers.accept?.includes("text/html");
      const outcome = await (isNewcomer ? finishing.catch(refusedOnPage) : finishing);
      if (outcome.status === "refused") return seeOther(`/sign-in?refused=${outcome.code}`);
      if (outcome.status === "signed_in") {
        const cookie = await sessions.begin(outcome.signedIn, request.headers["user-agent"]);
        await sessions.end(cookieHeader);
        response.appendHeader("set-cookie", cookie);
      }
      response.appendHeader("set-cookie", browserCookie.blank());
      return seeOther(outcome.returnTo);
    },
  });
}

function seeOther(location: string): Answer {
  return { status: 303, headers: { location, "cache-control": "no-store" } };
}

/** A person whose browser comes back in vain reads why on the page where they began; of us alone what was not foreseen. */
function refusedOnPage(error: unknown): { readonly status: "refused"; readonly code: AppErrorCode } {
  if (error instanceof AppError) return { status: "refused", code: error.code };
  throw error;
}
