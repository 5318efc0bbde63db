/** A job that failed for good, as the dead-letter table keeps it. */
import { tenantId } from "@burgee/core";
import type { SystemDatabase } from "@burgee/db";
import type { JobFailure, Logger } from "@burgee/runtime";
import { z } from "zod";

const ofTenant = z.looseObject({ tenantId });

/** Makes what keeps failed jobs. One whose payload names no tenant can be kept by nobody, and is logged whole. */
export function keepFailures(system: SystemDatabase, log: Logger): (failure: JobFailure) => Promise<void> {
  return async ({ job, payload, attempts, cause }) => {
    const parsed = ofTenant.safeParse(payload);
    if (!parsed.success) {
      log.error({ job, payload, attempts, err: cause }, "A failed job belongs to no tenant.");
      return;
    }
    await system.addDeadLetter({
      tenantId: parsed.data.tenantId,
      source: job,
      payload: parsed.data,
      error: cause instanceof Error ? cause.message : String(cause),
      attempts,
    });
  };
}
