import { prepare, type VariantValue } from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterRolloutPlan } from "../access/scope.ts";
import { contextInput, makeEvaluationContext } from "../contexts/make-evaluation-context.ts";
import { refuse } from "../errors/invalid-input.ts";
import { rolloutPlanId } from "../ids.ts";
import { placeOf } from "./place-of.ts";
import { moment } from "./plan-input.ts";
import { rolloutAt } from "./rollout-at.ts";
import { rulesetAt } from "./ruleset-at.ts";

export const getExposureInput = z.strictObject({
  id: rolloutPlanId,
  /** No later than now. */
  at: moment,
  context: contextInput.default({}),
});

export interface ExposureView {
  /** The plan's step that stood, or was the last to; null before its start. */
  readonly step: number | null;
  readonly run: number | null;
  /** What of the setting was in force, and the revision that brought it. */
  readonly settingVersion: number;
  readonly revision: number;
  readonly variant: string | null;
  readonly value: VariantValue | null;
  readonly reason: string;
  /** By the rule that served. */
  readonly rule: string | null;
}

/**
 * What a context got of a plan's toggle at a moment, from the versions that are kept of the toggle, its prerequisites and segments. A list that was
 * uploaded is not looked into: a rule that needs one is passed over.
 * @throws {AppError} "rollout_not_found"; "invalid_input" for a moment that is to come, or at which the toggle was not there
 */
export async function getExposure(
  { db, person }: Caller,
  input: z.output<typeof getExposureInput>,
): Promise<ExposureView> {
  const at = new Date(input.at);
  const { log, found } = await db.read(person.tenantId, async (readers) => {
    const plan = await enterRolloutPlan(readers, person, "toggle.read", input);
    if (at > (await readers.rollouts.now()))
      throw notThen("That moment is to come; ask for one that has passed.");
    const place = await placeOf(readers, plan);
    const found = await rulesetAt(readers, { ...place, at });
    const log = await readers.rollouts.listLog(plan.rolloutPlanId);
    return { log, found: found && { ...found, ...place } };
  });
  if (!found) throw notThen("The toggle was not there at that moment.");

  const { ruleset, version, toggle } = found;
  const context = makeEvaluationContext({}, input.context, ruleset.attributes);
  const evaluation = prepare(ruleset, { matches }).evaluate(toggle.key, context, at.getTime());
  const entry = rolloutAt(log, at);
  return {
    step: entry?.step ?? null,
    run: entry?.run ?? null,
    settingVersion: version.version,
    revision: version.revision,
    variant: evaluation.variant ?? null,
    value: evaluation.value ?? null,
    reason: evaluation.reason,
    rule: evaluation.ruleId ?? null,
  };
}

function notThen(message: string) {
  return refuse([{ pointer: "/at", code: "no_such_moment", message }]);
}
