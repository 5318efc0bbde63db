import { type ExportFiles, eraseTenant, removeAuditExportFiles } from "@burgee/core";
import type { SystemDatabase, TenantId } from "@burgee/db";
import type { Clock, Logger } from "@burgee/runtime";

interface EraseDeps {
  readonly system: Pick<SystemDatabase, "erasures" | "auditExports">;
  readonly files: Pick<ExportFiles, "abort" | "remove">;
  readonly log: Logger;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly signal: AbortSignal;
  /** Listed at a time. */
  readonly most?: number;
}

const MOST_AT_A_TIME = 100;
/** Then the next one's turn comes: a large tenant holds up no small one. */
const TURN_MS = 5_000;

/** Goes on with every deletion whose time has come, begun by whomever. One that fails does not hold up the rest. */
export async function eraseDueTenants({
  system,
  files,
  log,
  clock,
  signal,
  most = MOST_AT_A_TIME,
}: EraseDeps): Promise<void> {
  const seen: TenantId[] = [];
  while (!signal.aborted) {
    const due = await system.erasures.listDue(most, seen);
    if (due.length === 0) return;
    for (const tenantId of due) await eraseOne(tenantId);
    // However many of them are stuck, those that come after have their turn.
    seen.push(...due);
  }

  async function eraseOne(tenantId: TenantId): Promise<void> {
    const begunMs = clock.monotonicMs();
    const goOn = () => !signal.aborted && clock.monotonicMs() - begunMs < TURN_MS;
    try {
      // While the rows still say which there are.
      await removeAuditExportFiles({ system, files }, tenantId);
      const outcome = await eraseTenant({ system }, tenantId, { goOn });
      if (outcome === "erased") log.info({ tenantId }, "A tenant was erased.");
    } catch (err) {
      log.warn({ err, tenantId }, "The erasure of a tenant stopped; the next turn goes on.");
    }
  }
}
