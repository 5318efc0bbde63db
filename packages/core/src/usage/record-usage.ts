import type { Database, SdkKeyId } from "@burgee/db";
import type { z } from "zod";
import type { Scope } from "../rulesets/scope.ts";
import { recordedEvent } from "./recorded-event.ts";
import type { usageBatchInput } from "./usage-batch.ts";

/** A batch that came before counts once: `known` says that nothing was added. */
export interface RecordedUsage {
  readonly batchId: string;
  readonly status: "stored" | "known";
}

/**
 * Stores what an SDK tells of its environment, whole or not at all, before it is answered. May be called again with the same batch.
 * Of events' contexts it stores what the project says is recorded; identifiers wait for a pseudonym.
 */
export async function recordUsage(
  db: Database,
  { tenantId, environmentId }: Scope,
  sdkKeyId: SdkKeyId,
  batch: z.infer<typeof usageBatchInput>,
): Promise<RecordedUsage> {
  const isNew = await db.transact(tenantId, async ({ usage, environments, contextAttributes }) => {
    const environment = batch.events.length > 0 ? await environments.find(environmentId) : undefined;
    const declared = environment ? await contextAttributes.list(environment.projectId) : [];
    const events = batch.events.map((event) => recordedEvent(event, declared));
    const attributes = events.reduce((sum, { dropped }) => sum + dropped, 0);
    return usage.add({
      ...batch,
      environmentId,
      sdkKeyId,
      events: events.map(({ event }) => event),
      dropped: { ...batch.dropped, attributes },
    });
  });
  return { batchId: batch.batchId, status: isNew ? "stored" : "known" };
}
