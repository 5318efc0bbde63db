/** Tells programs and people of what became of a plan, in the transaction in which it did. */
import type { NoticeType, RolloutPlan, Toggle, Writers } from "@burgee/db";
import type { Happening } from "../audit/append-entry.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { dueOf } from "./progress.ts";

/** What of the audit trail's actions is told of, and as what. */
const TOLD: Readonly<Record<string, NoticeType>> = {
  "rollout.started": "rollout.started",
  "rollout.step_applied": "rollout.step_applied",
  "rollout.paused": "rollout.paused",
  "rollout.conflicted": "rollout.conflict",
  "rollout.completed": "rollout.completed",
  "rollout.rolled_back": "rollout.rolled_back",
  "rollout.guard_breached": "rollout.guard_breached",
};

/** From these on somebody's approval may be what a plan waits for. */
const MOVES_ON: readonly string[] = ["rollout.step_applied", "rollout.resumed"];

interface Announced {
  /** As it is by now. */
  readonly plan: RolloutPlan;
  readonly toggle: Pick<Toggle, "key">;
  readonly happenings: readonly Pick<Happening, "action" | "actor" | "revision">[];
}

export async function announceTurn(writers: Writers, { plan, toggle, happenings }: Announced): Promise<void> {
  const told = happenings.flatMap(({ action, ...happening }) => {
    const type = TOLD[action];
    const isApprovalNeeded = MOVES_ON.includes(action) && plan.status === "running" && waitsForApproval(plan);
    const types: readonly NoticeType[] = [
      ...(type === undefined ? [] : [type]),
      ...(isApprovalNeeded ? (["rollout.approval_needed"] as const) : []),
    ];
    return types.map((each) => ({ type: each, ...happening }));
  });
  for (const { type, actor, revision } of told) {
    await announceNotice(writers, {
      type,
      environmentId: plan.environmentId,
      revision,
      data: {
        rollout: plan.rolloutPlanId,
        toggle: toggle.key,
        status: plan.status,
        reason: plan.reason,
        appliedSteps: plan.appliedSteps,
        steps: plan.steps.length,
        actor,
      },
      concerns: [plan.createdBy],
    });
  }
}

function waitsForApproval(plan: RolloutPlan): boolean {
  return dueOf(plan).type === "approval";
}
