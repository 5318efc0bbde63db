import type { CountedQuota, Quota, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { QUOTAS } from "./quotas.ts";

/**
 * Waits for whoever adds something to the tenant at this moment, counts, and leaves room for `added` more until the transaction
 * ends. Call it before any other lock is taken.
 * @throws {AppError} "quota_exceeded"
 */
export async function demandQuota({ quotas }: Writers, quota: CountedQuota, added = 1): Promise<void> {
  await quotas.lock();
  const { used, most } = await quotas.measure(quota);
  const limit = most ?? QUOTAS[quota].most;
  if (used + added > limit) throw quotaExceeded(quota, { used, limit });
}

/** What was asked, in numbers, for people and for programs. */
export function quotaExceeded(
  quota: Quota,
  { used, limit }: { readonly used: number; readonly limit: number },
): AppError {
  const { of, remedy } = QUOTAS[quota];
  return new AppError(
    "quota_exceeded",
    `Your tenant has ${used} of at most ${limit} ${of}, and nothing was changed: ${remedy}, or ask who runs this Burgee for more.`,
    { details: { quota, used, limit } },
  );
}
