import { applyRolloutStep, type Ports } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

const MOST_AT_A_TIME = 100;

/** Applies every step that is due: what the queue lost, or never heard of. One that fails does not hold up the rest. */
export async function applyDueSteps(ports: Ports, log: Logger): Promise<void> {
  for (const due of await ports.system.listDueRollouts(MOST_AT_A_TIME)) {
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
