import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { defineLongJob } from "../jobs/long-job.ts";
import { type WarmPorts, warmRulesets } from "./warm-rulesets.ts";

export interface WarmTenantDeps extends WarmPorts {
  /** Rulesets that are made or copied. */
  readonly warmedPerSecond: number;
}

/** Makes the rulesets of the tenant's environments ready ahead of their readers. Answers what was done about them. */
export const warmTenant = defineLongJob({
  kind: "warm-tenant",
  seenWith: "environment.write",
  payload: z.strictObject({}),
  mayRunTwice: "What is ready is passed over.",
  run: async ({ warmedPerSecond, ...ports }: WarmTenantDeps, _payload, { tenantId, report, signal }) => {
    const counts = { ready: 0, copied: 0, published: 0, failed: 0 };
    await warmRulesets(ports, {
      tenantId,
      perSecond: warmedPerSecond,
      goOn: async (progress) => {
        report({ ...progress, unit: "environments" });
        return !signal.aborted;
      },
      onOutcome: (outcome) => {
        counts[outcome] += 1;
      },
      pause: (ms) => pause(ms),
      nowMs: () => performance.now(),
    });
    return counts;
  },
});
