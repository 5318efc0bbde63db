/** What travels on the bus: that an environment has a newer ruleset. A hint only; the ruleset itself is asked for. */
import type { RulesetHead, TenantId } from "@burgee/db";
import { z } from "zod";
import { environmentId, tenantId } from "../ids.ts";

/** A tenant's own, which in a cluster of Redis lies on the shard of its copies. */
export function rulesetChannel(tenantId: TenantId): string {
  return `burgee_rulesets_{${tenantId}}`;
}

export type RulesetHint = RulesetHead;

const hint = z.object({
  tenantId,
  environmentId,
  epoch: z.uuid(),
  revision: z.int().min(0),
});

export function encodeHint(message: RulesetHint): string {
  return JSON.stringify(message);
}

/** Undefined for a message that is no hint; whoever polls finds the change all the same. */
export function decodeHint(message: string): RulesetHint | undefined {
  try {
    return hint.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
