import { applyDueChanges, type Ports } from "@burgee/core";
import type { Logger } from "@burgee/runtime";

const MOST_AT_A_TIME = 100;

/** Applies every scheduled change that is due: what the queue lost, or never heard of. One environment's trouble holds up no other. */
export async function applyAllDueChanges(ports: Ports, log: Logger): Promise<void> {
  for (const due of await ports.system.listDueChanges(MOST_AT_A_TIME)) {
    try {
      for (const { scheduledChangeId, ...outcome } of await applyDueChanges(ports, due)) {
        if (outcome.outcome === "applied") continue;
        log.warn(
          { err: outcome.error, scheduledChangeId, outcome: outcome.outcome },
          "A scheduled change was not applied.",
        );
      }
    } catch (err) {
      const { environmentId } = due;
      log.warn({ err, environmentId }, "Scheduled changes are not applied; the next sweep tries again.");
    }
  }
}
