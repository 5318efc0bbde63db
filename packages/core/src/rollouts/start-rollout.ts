import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { demandVersion } from "../changes/change-settings.ts";
import { conditionReaderOf } from "../conditions/condition-reader.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { version } from "../names.ts";
import { logShare, underWay } from "./apply-steps.ts";
import { commandPlan, demandStatus, personHappening, planCommand } from "./command-plan.ts";
import { type HeldPlan, move } from "./held-plan.ts";
import type { RolloutPlanView } from "./plan-view.ts";
import { excessOf, fallingShares, withSteps } from "./raise-share.ts";

export const startRolloutInput = z.strictObject({
  ...planCommand,
  /** The version of the toggle's setting that the caller has seen: what the plan builds on. */
  settingVersion: version,
});

/**
 * Starts a plan. A worker applies each step as an ordinary change when it is due; when somebody edits the setting meanwhile, the plan
 * stops as `conflict` and overwrites nothing.
 * @throws {AppError} "version_conflict", "toggle_disabled", "toggle_archived", "rollout_running", "rollout_status", "invalid_input"
 */
export function startRollout(
  caller: Caller,
  input: z.output<typeof startRolloutInput>,
): Promise<RolloutPlanView> {
  return commandPlan(caller, input, async (held) => {
    const { writers, plan, setting, now } = held;
    demandStatus(plan, ["pending"]);
    await demandBase(held, input.settingVersion);
    const open = await writers.rollouts.findOpen(plan.environmentId, plan.toggleId);
    if (open) {
      const message = `Another plan of ${held.toggle.key} is ${open.status} here; let it end, or abort it first.`;
      throw new AppError("rollout_running", message, { details: { id: open.rolloutPlanId } });
    }

    const moved = await move(held, {
      startedAt: now,
      settingVersion: setting.version,
      ...underWay({ ...plan, startedAt: now }, now),
    });
    const version = await writers.settings.findVersion(plan.environmentId, plan.toggleId, setting.version);
    await logShare(held, moved, { setting, revision: version?.revision ?? 0 }, { kind: "started" });
    return {
      plan: moved,
      happenings: [personHappening(caller, held, "rollout.started", { settingVersion: setting.version })],
    };
  });
}

/**
 * What a plan may go on from: whoever has something by then keeps it at every step.
 * @throws {AppError} "version_conflict", "toggle_archived", "toggle_disabled", "invalid_input"
 */
export async function demandBase(held: HeldPlan, settingVersion: number): Promise<void> {
  const { writers, plan, toggle, setting, environment } = held;
  if (toggle.archivedAt)
    throw new AppError("toggle_archived", `The toggle ${toggle.key} is archived and no longer changes.`);
  await demandVersion(writers, setting, settingVersion, environment.key);
  if (!setting.state.enabled) {
    const message = `Turn ${toggle.key} on first: while it is off, nobody gets the rollout.`;
    throw new AppError("toggle_disabled", message);
  }

  const conditions = await conditionReaderOf(writers, toggle.projectId);
  for (const [index, { audience }] of plan.steps.entries()) {
    if (audience !== null) conditions.read(`/steps/${index}/audience`, audience);
  }
  const issues = [...conditions.issues, ...fallingShares(setting.state, plan, plan.appliedSteps)];
  if (issues.length > 0) throw refuse(issues);
  const rest = plan.steps.slice(plan.appliedSteps);
  const excess = excessOf(withSteps(setting.state, plan, rest));
  if (excess !== undefined) throw refuse([{ pointer: "/steps", code: "too_big", message: excess }]);
}
