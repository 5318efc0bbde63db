/** What watches over a plan. Evidence is gathered before the transaction that goes by it, since it may take a while. */
import type { RolloutPlan, TenantId } from "@burgee/db";

/**
 * `unknown` is when there is too little to go by, or it is too old: it never lets a plan go on. On a `breach` the action says what happens:
 * `hold` pauses the plan, `roll_back` takes the share back, `warn` lets it go on.
 */
export interface GuardFinding {
  readonly verdict: "healthy" | "breach" | "unknown";
  readonly action: "hold" | "roll_back" | "warn";
  /** Where a roll-back leads; 0 is before the plan. */
  readonly toStep?: number;
  /** What the verdict goes by, kept with the step or in the audit trail. */
  readonly evidence: object;
}

export type GatherEvidence = (plan: RolloutPlan & { readonly tenantId: TenantId }) => Promise<GuardFinding>;

/** Where nothing watches: a plan that has guards never goes on then. */
export const withoutGuards: GatherEvidence = async () => ({
  verdict: "unknown",
  action: "hold",
  evidence: { note: "Nothing here watches over plans." },
});
