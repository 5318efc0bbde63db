import { applyRolloutStep, type Ports } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

const MOST_CLAIMED = 100;
/** Longer than all of them take. */
const CLAIM_MS = 60_000;
/** A guard may wait some seconds for what it asks outside; the plans of others do not wait for it. */
const AT_A_TIME = 8;

/** Applies every step that is due: what the queue lost, or never heard of. One that fails does not hold up the rest. */
export async function applyDueSteps(ports: Ports, log: Logger): Promise<void> {
  const waiting = (await ports.system.claimDueRollouts(MOST_CLAIMED, CLAIM_MS)).values();
  await Promise.all(Array.from({ length: AT_A_TIME }, applyInTurn));

  async function applyInTurn(): Promise<void> {
    for (const due of waiting) {
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
}
