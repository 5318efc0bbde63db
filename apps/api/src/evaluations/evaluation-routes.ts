import { contextInput, environmentScope, LIMITS } from "@burgee/core";
import { z } from "zod";
import { anyKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { EvaluateMany } from "./evaluate.ts";
import { explainInput } from "./explain-input.ts";
import { requestContext } from "./read-context.ts";

const query = z.strictObject({ ...environmentScope, explain: explainInput });
const evaluateBody = z.strictObject({
  context: contextInput.default({}),
  /** Which toggles; left out, all. */
  toggles: z.array(z.string().max(256)).max(LIMITS.togglesPerEvaluation).optional(),
});

/** Many toggles for one context. */
export function evaluationRoutes(evaluateMany: EvaluateMany): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/evaluate",
      access: anyKey,
      needs: { permission: "toggle.read", in: "environment" },
      query,
      body: evaluateBody,
      handle: async ({ credential, query: { explain, ...scope }, body: { context, toggles } }) => ({
        body: await evaluateMany(credential, scope, requestContext({}, context), toggles, { explain }),
      }),
    }),
  ];
}
