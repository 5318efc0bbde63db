import type { UserId, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { demandQuota } from "../quotas/demand-quota.ts";

/** @param userId whose personal key it is to be @throws {AppError} "limit_reached", "quota_exceeded" where there are as many keys as there may be */
export async function demandRoom(writers: Writers, userId: UserId | undefined): Promise<void> {
  await demandQuota(writers, "sdk_keys");
  if (!userId || (await writers.sdkKeys.countLiveOf(userId)) < LIMITS.personalKeysPerPerson) return;
  throw new AppError(
    "limit_reached",
    `A person has at most ${LIMITS.personalKeysPerPerson} personal keys in a tenant that neither expired nor were revoked; ` +
      "revoke what nobody uses.",
  );
}
