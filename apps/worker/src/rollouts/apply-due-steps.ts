import { applyRolloutStep, type Ports } from "@burgee/core";
import type { DueRollout } from "@burgee/db";
import type { Logger } from "@burgee/runtime";

/** A guard may wait some seconds for what it asks outside; the plans of others do not wait for it. */
const AT_A_TIME = 8;
/** Then the next sweep goes on. */
const MOST_IN_A_LANE = 25;
/**
 * Of one plan, claimed by who goes to it: should they die, others find it that much later. Whoever takes longer may meet another at the same
 * plan, of whom one applies its step.
 */
const CLAIM_MS = 10_000;

/** Applies every step that is due: what the queue lost, or never heard of. One that fails does not hold up the rest. */
export async function applyDueSteps(ports: Ports, log: Logger): Promise<void> {
  const first = await claim(AT_A_TIME);
  await Promise.all(first.map(applyInTurn));

  async function applyInTurn(due: DueRollout): Promise<void> {
    let next: DueRollout | undefined = due;
    for (let applied = 1; next; applied++) {
      await apply(next);
      const isMore = first.length === AT_A_TIME && applied < MOST_IN_A_LANE;
      [next] = isMore ? await claim(1) : [];
    }
  }

  function claim(most: number): Promise<readonly DueRollout[]> {
    return ports.system.claimDueRollouts(most, CLAIM_MS);
  }

  async function apply(due: DueRollout): Promise<void> {
    try {
      await applyRolloutStep(ports, due);
    } catch (err) {
      const { rolloutPlanId } = due;
      log.warn({ err, rolloutPlanId }, "A rollout step failed; the next sweep tries again.");
    }
  }
}
