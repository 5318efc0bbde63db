import type { SystemDatabase, TenantId } from "@burgee/db";

/** Rows in one transaction: some tens of milliseconds. With fewer, each batch walks past more of what the ones before left. */
const ROWS_A_BATCH = 2_000;

export type ErasureOutcome = "erased" | "unfinished" | "erased_elsewhere";

/**
 * Erases a tenant whose time has come, batch by batch, until nothing is left or `goOn` says no.
 * Safe to stop at any point, to run again, and to run beside itself: each batch is a transaction of its own, and how far it is
 * stands beside the rows that are left.
 */
export async function eraseTenant(
  { system: { erasures } }: { readonly system: Pick<SystemDatabase, "erasures"> },
  tenantId: TenantId,
  { goOn = () => true, rows = ROWS_A_BATCH }: { readonly goOn?: () => boolean; readonly rows?: number } = {},
): Promise<ErasureOutcome> {
  await erasures.begin(tenantId);
  while (goOn()) {
    const { outcome } = await erasures.eraseSome(tenantId, rows);
    if (outcome === "erased_elsewhere") return outcome;
    if (outcome === "erased") continue;
    await erasures.finish(tenantId);
    return "erased";
  }
  return "unfinished";
}
