import type { Explanation } from "@burgee/engine/explain";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { contextInput, makeEvaluationContext } from "../contexts/make-evaluation-context.ts";
import { AppError } from "../errors/app-error.ts";
import { toggleKey } from "../names.ts";
import { explainToggle } from "./explain-toggle.ts";
import type { ServedFrom } from "./live-ruleset.ts";
import type { LiveRulesets } from "./live-rulesets.ts";

export const explainEvaluationInput = z.strictObject({
  ...environmentScope,
  key: toggleKey,
  context: contextInput.default({}),
});

/**
 * What a toggle serves in one environment for one context, as it is published, and why.
 * @throws {AppError} "toggle_not_found", "ruleset_not_ready", "unavailable", "environment_not_found", "invalid_input"
 */
export async function explainEvaluation(
  { db, person }: Pick<Caller, "db" | "person">,
  rulesets: LiveRulesets,
  input: z.output<typeof explainEvaluationInput>,
): Promise<Explanation & { readonly servedFrom: ServedFrom }> {
  const { tenantId } = person;
  const { environment, project } = await db.read(tenantId, (readers) =>
    enterEnvironment(readers, person, "toggle.read", input),
  );
  const ruleset = await rulesets.get({ tenantId, environmentId: environment.environmentId });
  const context = makeEvaluationContext({}, input.context, ruleset.evaluator.ruleset.attributes);
  const explanation = explainToggle(ruleset, input.key, context);
  if (explanation.evaluation.errorCode !== "FLAG_NOT_FOUND")
    return { ...explanation, servedFrom: ruleset.servedFrom() };
  throw new AppError(
    "toggle_not_found",
    `There is no toggle ${input.key} in ${project.key}/${environment.key}.`,
  );
}
