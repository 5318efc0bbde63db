import type { Database } from "@burgee/db";
import { z } from "zod";
import { defineLongJob } from "../jobs/long-job.ts";
import { verifyAuditChain } from "./verify-audit-chain.ts";

export interface VerifyAuditDeps {
  readonly db: Database;
}

/** Verifies the tenant's audit trail from its first entry to its last. Answers how many are good, and the first that is not. */
export const verifyAudit = defineLongJob({
  kind: "verify-audit",
  seenWith: "audit.read",
  payload: z.strictObject({}),
  mayRunTwice: "It reads, and changes nothing.",
  run: async ({ db }: VerifyAuditDeps, _payload, { tenantId, report, signal }) => {
    const { verified, fault } = await verifyAuditChain(
      { db },
      { tenantId, signal, onProgress: (done, total) => report({ done, total, unit: "entries" }) },
    );
    return { verified, fault: fault ?? null };
  },
});
