import type { Caller } from "../src/access/caller.ts";
import { parseInput } from "../src/errors/invalid-input.ts";
import { type RolloutPlanView, startRollout, startRolloutInput } from "../src/rollouts/start-rollout.ts";

/** Starts a rollout of the toggle `cart` from an input as it would come over the wire; one step, due at once. */
export function aRollout(caller: Caller, input: object = {}): Promise<RolloutPlanView> {
  const steps = [{ percentage: 10, afterMs: 0 }];
  return startRollout(
    caller,
    parseInput(startRolloutInput, { toggle: "cart", expectedVersion: 1, steps, ...input }),
  );
}
