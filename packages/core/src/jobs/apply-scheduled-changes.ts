import { z } from "zod";
import type { Ports } from "../access/caller.ts";
import { environmentId, scheduledChangeId, tenantId } from "../ids.ts";
import { applyDueChanges } from "../scheduled-changes/apply-due-changes.ts";

const payload = z.object({ tenantId, environmentId, scheduledChangeId });

/**
 * Applies what is due in one environment. Put on the queue for the moment of each scheduled change; a sweep finds what the queue lost.
 */
export const applyScheduledChangesJob = {
  name: "apply-scheduled-changes",
  queue: "scheduled-changes",
  payload,
  jobId: ({ scheduledChangeId }: z.output<typeof payload>) => scheduledChangeId,
  attempts: 8,
  backoffMs: 250,
  mayRunTwice: "The rows are the state, the queue only wakes, and a change that is not due is left alone.",
  run: async (ports: Ports, target: z.output<typeof payload>): Promise<void> => {
    await applyDueChanges(ports, target);
  },
};
