import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { refuse } from "../errors/invalid-input.ts";
import { version } from "../names.ts";
import { logShare, underWay } from "./apply-steps.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { type HeldPlan, isEdited, move, stopAsConflict, type Turned } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";
import { after, placedAt } from "./progress.ts";
import { demandBase } from "./start-rollout.ts";

export const resumeRolloutInput = z.strictObject({
  ...planCommand,
  /** Needed from a conflict: the version of the setting from which the plan goes on, which a person made. */
  settingVersion: version.optional(),
});

/**
 * Lets a plan go on. The hold of its last step counts from when that was applied, also while it was paused; a ramp goes on as if no time had passed.
 * From a conflict it goes on from the setting as people left it, whose shares may not be above the next step's; the hold begins anew then.
 * @throws {AppError} "version_conflict", "rollout_status", "rollout_ended", and what a start throws
 */
export function resumeRollout(
  caller: Caller,
  input: z.output<typeof resumeRolloutInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    demandStatus(held.plan, ["paused", "conflict"]);
    if (held.plan.status === "conflict") return resumeFromConflict(caller, held, input.settingVersion);
    if (isEdited(held)) return stopAsConflict(held, "edited", { foundVersion: held.setting.version });

    const plan = await move(held, goOn(held));
    return { plan, happenings: [personHappening(caller, held, "rollout.resumed")] };
  });
}

function goOn({ plan, now }: HeldPlan) {
  const { rampAt, stoppedAt } = plan;
  const pausedMs = stoppedAt ? now.getTime() - stoppedAt.getTime() : 0;
  const shifted = rampAt && after(rampAt, pausedMs);
  return {
    reason: null,
    stoppedAt: null,
    rampAt: shifted,
    ...underWay({ ...plan, rampAt: shifted }, now),
  };
}

async function resumeFromConflict(
  caller: Caller,
  held: HeldPlan,
  settingVersion: number | undefined,
): Promise<Turned> {
  const { writers, plan, setting, now } = held;
  if (settingVersion === undefined) {
    const message = `Say from which version of the setting the plan goes on; it is at ${setting.version}.`;
    throw refuse([{ pointer: "/settingVersion", code: "required", message }]);
  }
  await demandBase(held, settingVersion);
  const position = placedAt(plan, plan.appliedSteps, now);
  const moved = await move(held, {
    ...position,
    reason: null,
    stoppedAt: null,
    run: plan.run + 1,
    settingVersion: setting.version,
    ...underWay({ ...plan, ...position }, now),
  });
  const version = await writers.settings.findVersion(plan.environmentId, plan.toggleId, setting.version);
  await logShare(held, moved, { setting, revision: version?.revision ?? 0 }, { kind: "rebased" });
  const details = { settingVersion: setting.version };
  return { plan: moved, happenings: [personHappening(caller, held, "rollout.resumed", details)] };
}
