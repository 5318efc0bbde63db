import type { RolloutPlan, TenantId } from "@burgee/db";
import type { Ports } from "../access/caller.ts";

/** Puts the next step on the queue for its moment, where that is known. A hint: the sweep finds what the queue loses. */
export function scheduleNext(
  { scheduleStep }: Pick<Ports, "scheduleStep">,
  tenantId: TenantId,
  { rolloutPlanId, appliedSteps, version, nextAt }: RolloutPlan,
  now: Date,
): void {
  if (nextAt === null) return;
  const step = { tenantId, rolloutPlanId, step: appliedSteps + 1, version };
  scheduleStep(step, Math.max(0, nextAt.getTime() - now.getTime()));
}
