import { lookAtToggles } from "@burgee/core";
import { type Database, type SystemDatabase, TenantClosedError, type TenantId } from "@burgee/db";
import type { Logger } from "@burgee/runtime";
import type { Turn } from "../upkeep/in-turn.ts";

interface LookDeps {
  readonly db: Database;
  readonly system: Pick<SystemDatabase, "listTenants">;
  readonly log: Logger;
}

const TENANTS_A_PAGE = 100;

/** Looks how far every toggle is in its life, one tenant after the other. One that fails does not hold up the rest; the next night finds it. */
export async function lookAtAllToggles({ db, system, log }: LookDeps, { goOn }: Turn): Promise<void> {
  let after: TenantId | undefined;
  let done = 0;
  for (;;) {
    const tenants = await system.listTenants(after, TENANTS_A_PAGE);
    for (const { tenantId } of tenants) {
      if (!(await goOn({ done, total: null }))) return;
      try {
        const { toggles, becameStale } = await lookAtToggles({ db }, tenantId, () => goOn());
        if (becameStale > 0) log.info({ tenantId, toggles, becameStale }, "Toggles became stale.");
      } catch (err) {
        if (!(err instanceof TenantClosedError))
          log.warn({ err, tenantId }, "A tenant's toggles were not looked at.");
      }
      done += 1;
    }
    after = tenants.at(-1)?.tenantId;
    if (tenants.length < TENANTS_A_PAGE) return;
  }
}
