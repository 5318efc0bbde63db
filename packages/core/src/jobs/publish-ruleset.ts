import { z } from "zod";
import { environmentId, tenantId } from "../ids.ts";
import { type PublisherPorts, publishEnvironment } from "../rulesets/publish-environment.ts";

const payload = z.object({ tenantId, environmentId, revision: z.int().min(0) });

/**
 * Publishes what changed in one environment. Put on the queue after each change, so that nobody waits for a poll.
 * May run twice: a ruleset that is published is not published again, and nodes drop a revision that they have.
 */
export const publishRuleset = {
  name: "publish-ruleset",
  queue: "publish",
  payload,
  jobId: ({ environmentId, revision }: z.output<typeof payload>) => `${environmentId}-r${revision}`,
  attempts: 1,
  backoffMs: 0,
  mayRunTwice:
    "A ruleset that is published is not published again, and nodes drop a revision that they have.",
  run: async (ports: PublisherPorts, target: z.output<typeof payload>): Promise<void> => {
    await publishEnvironment(ports, target);
  },
};
