import { AppError, environmentScope, LIMITS } from "@burgee/core";
import { z } from "zod";
import { anyKey, type Credential, clientKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { goOn } from "../http/go-on.ts";
import { noBody } from "../http/inputs.ts";
import { contextParameter } from "./context-parameter.ts";
import { BUDGET_MS, type EvaluateMany } from "./evaluate.ts";
import { evaluateBody, plainEvaluateBody } from "./evaluate-body.ts";
import { explainInput } from "./explain-input.ts";
import { requestContext } from "./read-context.ts";

const query = z.strictObject({ ...environmentScope, explain: explainInput });

/** A minute: conditions may ask what time it is, and a cache goes on serving what a key was ended for. */
const CACHE_CONTROL = "public, max-age=60, immutable";

/** Many toggles for one context. */
export function evaluationRoutes(evaluateMany: EvaluateMany): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/evaluate",
      isHot: true,
      budgetMs: BUDGET_MS,
      isForPages: true,
      access: anyKey,
      needs: { permission: "toggle.read", in: "environment" },
      query,
      body: evaluateBody,
      plainBody: plainEvaluateBody,
      handle: ({ credential, query: { explain, ...scope }, body: { context, toggles }, arrivedMs }) => {
        if (explain) demandTrusted(credential);
        const options = { explain, untilMs: arrivedMs + BUDGET_MS };
        return goOn(
          evaluateMany(credential, scope, requestContext({}, context), toggles, options),
          (body) => ({ body }),
        );
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/evaluate/:revision/:contextHash",
      isHot: true,
      budgetMs: BUDGET_MS,
      isForPages: true,
      access: clientKey,
      needs: { permission: "toggle.read", in: "environment" },
      query: z.strictObject({ context: z.string().max(LIMITS.contextParameterLength) }),
      body: noBody,
      handle: ({
        credential,
        params: { revision = "", contextHash = "" },
        query: { context },
        arrivedMs,
      }) => {
        const attributes = requestContext({}, contextParameter(context, contextHash));
        const options = { explain: false, at: revision, untilMs: arrivedMs + BUDGET_MS };
        return goOn(evaluateMany(credential, {}, attributes, undefined, options), (body) => ({
          headers: cachedUnder(revision),
          body,
        }));
      },
    }),
  ];
}

/**
 * Whoever keeps it may be told to let go of all answers of one revision, or of all of an environment, whose name here is its epoch.
 * Fastly and Varnish read the first name, Cloudflare the second.
 */
function cachedUnder(revision: string): Readonly<Record<string, string>> {
  const epoch = revision.slice(0, revision.indexOf("."));
  return {
    "cache-control": CACHE_CONTROL,
    "surrogate-key": `${epoch} ${revision}`,
    "cache-tag": `${epoch},${revision}`,
  };
}

/** @throws {AppError} "forbidden" */
function demandTrusted(credential: Credential): void {
  if (credential.kind !== "client") return;
  throw new AppError("forbidden", "An explanation shows rules, which a client key never sees.", {
    details: { neededKind: "srv" },
  });
}
