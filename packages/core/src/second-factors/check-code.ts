import { type SystemDatabase, seedPlace, type UserId } from "@burgee/db";
import { z } from "zod";
import type { Keyring } from "../keyring/keyring.ts";
import { hashRecoveryCode } from "./recovery-codes.ts";
import { stepOfCode } from "./totp.ts";

export interface CodeDeps {
  readonly system: SystemDatabase;
  readonly keyring: Keyring;
}

const OF_AUTHENTICATOR = /^[0-9]{6}$/;

/** Six digits of an authenticator, or a recovery code. */
export const secondFactorCode = z
  .string()
  .trim()
  .regex(
    /^(\d{6}|[A-Za-z2-7]{4}(-?[A-Za-z2-7]{4}){3})$/,
    "Give the six digits of your authenticator, or a recovery code.",
  );

/** Whether a code is one of the person's now. It is used up by that: no code is right twice. */
export async function isCodeOf(
  { system, keyring }: CodeDeps,
  userId: UserId,
  code: string,
): Promise<boolean> {
  if (!OF_AUTHENTICATOR.test(code))
    return system.secondFactors.useCode(userId, hashRecoveryCode(userId, code));

  const factor = await system.secondFactors.find(userId);
  if (!factor) return false;
  const seed = await keyring.open(seedPlace(userId, factor.version), factor.sealedSeed);
  const step = stepOfCode(seed, code, factor.now);
  return step !== undefined && system.secondFactors.useStep(userId, factor.version, step);
}
