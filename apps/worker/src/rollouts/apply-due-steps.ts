import { applyRolloutStep, type Ports } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

const MOST_AT_A_TIME = 100;
/** Longer than all of them take. */
const CLAIM_MS = 30_000;

/** Applies every step that is due: what the queue lost, or never heard of. One that fails does not hold up the rest. */
export async function applyDueSteps(ports: Ports, log: Logger): Promise<void> {
  for (const due of await ports.system.claimDueRollouts(MOST_AT_A_TIME, CLAIM_MS)) {
    try {
      await applyRolloutStep(ports, due);
    } catch (err) {
      log.warn(
        { err, rolloutPlanId: due.rolloutPlanId },
        "A rollout step failed; the next sweep tries again.",
      );
    }
  }
}
