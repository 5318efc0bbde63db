import type { SettingServe, WatchedPlan } from "@burgee/db";
import { audienceRuleId } from "../rollouts/raise-share.ts";
import { type Arms, armsOf } from "./arms.ts";
import { guardsInput } from "./guard-input.ts";
import type { Watch } from "./observe-events.ts";

/** Undefined where the step raises nothing that is hashed: somebody edited it away, and the plan is about to stop. */
export function watchOf({ steps, appliedSteps, guards, ...plan }: WatchedPlan): Watch | undefined {
  const arms = armsOfStep({ steps, appliedSteps, ...plan });
  const { rolloutPlanId, environmentId, since } = plan;
  return (
    arms && {
      rolloutPlanId,
      environmentId,
      step: appliedSteps,
      since,
      arms,
      guards: guardsInput.parse(guards),
    }
  );
}

/**
 * A step with an audience is compared among everybody, since what told the audience apart is not kept of events: who is not in it is in both arms
 * alike, and only makes the difference smaller.
 */
function armsOfStep(plan: Omit<WatchedPlan, "guards" | "environmentId" | "since">): Arms | undefined {
  const { state, salt } = plan;
  const audience = plan.steps[plan.appliedSteps - 1]?.audience ?? null;
  const rule =
    audience === null ? undefined : state.rules.find(({ id }) => id === audienceRuleId(plan, audience));
  const serve: SettingServe | null | undefined = audience === null ? state.rollout : rule?.serve;
  return serve
    ? armsOf(serve, { salt: rule?.salt ?? salt, defaultVariant: state.defaultVariant })
    : undefined;
}
