import type { UserId, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";

/** @param userId whose personal key it is to be @throws {AppError} "limit_reached" where there are as many keys as there may be */
export async function demandRoom({ sdkKeys }: Writers, userId: UserId | undefined): Promise<void> {
  if ((await sdkKeys.countLive()) >= LIMITS.sdkKeysPerTenant) {
    throw tooMany(`A tenant has at most ${LIMITS.sdkKeysPerTenant} keys`);
  }
  if (userId && (await sdkKeys.countLiveOf(userId)) >= LIMITS.personalKeysPerPerson) {
    throw tooMany(`A person has at most ${LIMITS.personalKeysPerPerson} personal keys in a tenant`);
  }
}

function tooMany(rule: string): AppError {
  return new AppError(
    "limit_reached",
    `${rule} that neither expired nor were revoked; revoke what nobody uses.`,
  );
}
