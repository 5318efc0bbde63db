import type { Database, SdkKeyId } from "@burgee/db";
import type { z } from "zod";
import type { Scope } from "../rulesets/scope.ts";
import type { usageBatchInput } from "./usage-batch.ts";

/** A batch that came before counts once: `known` says that nothing was added. */
export interface RecordedUsage {
  readonly batchId: string;
  readonly status: "stored" | "known";
}

/** Stores what an SDK tells of its environment, whole or not at all, before it is answered. May be called again with the same batch. */
export async function recordUsage(
  db: Database,
  { tenantId, environmentId }: Scope,
  sdkKeyId: SdkKeyId,
  batch: z.infer<typeof usageBatchInput>,
): Promise<RecordedUsage> {
  const isNew = await db.transact(tenantId, ({ usage }) => usage.add({ ...batch, environmentId, sdkKeyId }));
  return { batchId: batch.batchId, status: isNew ? "stored" : "known" };
}
