import type { RolloutLogEntry, RolloutReason } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { variantsServed } from "../settings/variants-served.ts";
import { changeHappening, changeShare, logShare } from "./apply-steps.ts";
import { type HeldPlan, move, STILL, type Turned } from "./held-plan.ts";
import { placedAt } from "./progress.ts";
import { withSharesOf } from "./raise-share.ts";

interface RollBack {
  /** 0 is before the plan. */
  readonly toStep: number;
  readonly reason: RolloutReason;
  readonly evidence?: object;
  /** Whether the nearest one before it will do, where this one never stood by itself. */
  readonly isNearest?: boolean;
}

/**
 * Takes the share back to what it was at a step, in one change: whoever came last goes first, since the earlier share is the one that was recorded.
 * @throws {AppError} "rollout_step_unavailable"
 */
export async function rollBackTo(
  held: HeldPlan,
  { toStep, reason, evidence, isNearest = false }: RollBack,
): Promise<Turned> {
  const { writers, plan, setting, toggle, now } = held;
  const entry = recorded(await writers.rollouts.listLog(plan.rolloutPlanId), toStep, isNearest);
  const version =
    entry && (await writers.settings.findVersion(plan.environmentId, plan.toggleId, entry.settingVersion));
  if (!entry || !version || toStep >= plan.appliedSteps) {
    const message = `Step ${toStep} is none that stood before the one which stands now; choose another, or 0 for what was before the plan.`;
    throw new AppError("rollout_step_unavailable", message, { details: { toStep } });
  }
  const state = withSharesOf(setting.state, version.state, plan);
  const missing = variantsServed(state).find((variant) => !Object.hasOwn(toggle.variants, variant));
  if (missing !== undefined) {
    const message = `What stood at step ${entry.step} served the variant ${missing}, which is gone.`;
    throw new AppError("rollout_step_unavailable", message, { details: { toStep, missing } });
  }

  const isOut = entry.step === 0;
  const moved = await move(held, {
    ...placedAt(plan, entry.step, now),
    status: isOut ? "rolled_back" : "paused",
    reason,
    run: plan.run + 1,
    settingVersion: setting.version + 1,
    ...(isOut ? { endedAt: now } : { stoppedAt: now }),
    ...STILL,
  });
  const changed = await changeShare(held, state);
  await logShare(held, moved, changed, { kind: "rolled_back", evidence: evidence ?? null });
  const details = { fromStep: plan.appliedSteps, toStep: entry.step, reason };
  const happening = await changeHappening(held, changed, "rollout.rolled_back", details);
  return { plan: moved, revision: changed.revision, happenings: [happening] };
}

/** What stood at a step on the way to where the plan is: what it went back from, or passed over, is none of it. */
function recorded(
  log: readonly RolloutLogEntry[],
  toStep: number,
  isNearest: boolean,
): RolloutLogEntry | undefined {
  const way = new Map<number, RolloutLogEntry>();
  for (const entry of log) {
    for (const step of way.keys())
      if (step > entry.step || entry.foldedSteps.includes(step)) way.delete(step);
    way.set(entry.step, entry);
  }
  const nearest = Math.max(...[...way.keys()].filter((step) => step <= toStep));
  return way.get(isNearest ? nearest : toStep);
}
