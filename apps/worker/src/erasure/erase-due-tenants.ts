import { eraseTenant } from "@burgee/core";
import type { SystemDatabase } from "@burgee/db";
import type { Clock, Logger } from "@burgee/runtime";

interface EraseDeps {
  readonly system: Pick<SystemDatabase, "erasures">;
  readonly log: Logger;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly signal: AbortSignal;
}

const MOST_AT_A_TIME = 100;
/** Then the next one's turn comes: a large tenant holds up no small one. */
const TURN_MS = 5_000;

/** Goes on with every deletion whose time has come, begun by whomever. One that fails does not hold up the rest. */
export async function eraseDueTenants({ system, log, clock, signal }: EraseDeps): Promise<void> {
  for (const tenantId of await system.erasures.listDue(MOST_AT_A_TIME)) {
    const begunMs = clock.monotonicMs();
    const goOn = () => !signal.aborted && clock.monotonicMs() - begunMs < TURN_MS;
    try {
      const outcome = await eraseTenant({ system }, tenantId, { goOn });
      if (outcome === "erased") log.info({ tenantId }, "A tenant was erased.");
    } catch (err) {
      log.warn({ err, tenantId }, "The erasure of a tenant stopped; the next turn goes on.");
    }
  }
}
