import type { LiveQuota, Quota, TenantId } from "@burgee/db";
import { demand, TENANT } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { isCounted, QUOTA_NAMES, QUOTAS } from "./quotas.ts";

export interface QuotaUsage {
  readonly quota: Quota;
  readonly used: number;
  /** Null where there is none. */
  readonly limit: number | null;
  /** Whether it is counted of the whole tenant, or by the process that answers, of what it serves itself. */
  readonly countedBy: "tenant" | "process";
}

/** What the process that answers counts by itself. */
export type LiveUsage = Readonly<
  Record<
    LiveQuota,
    {
      readonly used: (tenantId: TenantId) => Promise<number>;
      /** For every tenant; null where there is none. */
      readonly limit: number | null;
    }
  >
>;

/** How much of each quota the tenant uses. */
export async function getUsage({ db, person }: Caller, live: LiveUsage): Promise<readonly QuotaUsage[]> {
  const { tenantId } = person;
  demand(person, "usage.read", TENANT);
  const current = {
    streams: await live.streams.used(tenantId),
    requests: await live.requests.used(tenantId),
  };
  return db.read(tenantId, async ({ quotas }) => {
    const own = await quotas.list();
    const usage: QuotaUsage[] = [];
    for (const quota of QUOTA_NAMES) {
      if (isCounted(quota)) {
        const { used, most } = await quotas.measure(quota);
        usage.push({ quota, used, limit: most ?? QUOTAS[quota].most, countedBy: "tenant" });
      } else {
        const limit = own.get(quota) ?? live[quota].limit;
        usage.push({ quota, used: current[quota], limit, countedBy: "process" });
      }
    }
    return usage;
  });
}
