import { type SessionCredential, seedPlace } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { countProof, judge } from "../people/guesses.ts";
import { demandProof } from "../people/prove-person.ts";
import { type CodeDeps, isCodeOf } from "./check-code.ts";
import { hashRecoveryCode, makeRecoveryCodes } from "./recovery-codes.ts";
import { makeSeed, seedUri } from "./totp.ts";

/** A seed for an authenticator. In this answer only: what is kept is sealed. */
export interface NewSecondFactor {
  readonly uri: string;
  readonly seed: string;
}

/** In the answer that made them only: what is kept is hashes. */
export interface RecoveryCodesView {
  readonly recoveryCodes: readonly string[];
}

export const confirmSecondFactorInput = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, "Give the six digits of your authenticator."),
});

/**
 * Makes a seed, which counts for nothing until a code of it was shown. Made again, the one before it is forgotten.
 * @throws {AppError} "proof_needed", "second_factor_enabled"
 */
export async function beginSecondFactor(
  { system, keyring }: CodeDeps,
  session: SessionCredential,
): Promise<NewSecondFactor> {
  const { userId, email } = session;
  demandProof(session);
  const existing = await system.secondFactors.find(userId);
  const version = (existing?.version ?? 0) + 1;
  const seed = makeSeed();
  const sealedSeed = await keyring.seal(seedPlace(userId, version), seed);
  const isKept = await system.secondFactors.begin(userId, { version, sealedSeed });
  if (!isKept) throw enabled();
  return { uri: seedUri(seed, email), seed };
}

/**
 * From now on the second factor is asked for. Other sessions of the person end: they began without it.
 * @throws {AppError} "invalid_input" for a wrong code, "proof_needed", "second_factor_enabled", "second_factor_missing",
 *   "version_conflict", "too_many_guesses"
 */
export async function confirmSecondFactor(
  deps: CodeDeps,
  { code }: z.infer<typeof confirmSecondFactorInput>,
  session: SessionCredential,
): Promise<RecoveryCodesView> {
  const { system } = deps;
  const { userId } = session;
  demandProof(session);
  const factor = await system.secondFactors.find(userId);
  if (!factor)
    throw new AppError("second_factor_missing", "Begin with secondFactor.begin, which makes a seed.");
  if (factor.isConfirmed) throw enabled();

  const counted = await countProof(system, userId);
  if (!(await judge(system, counted, () => isCodeOf(deps, userId, code)))) {
    const message = "This code is not right; is the clock of your authenticator?";
    throw refuse([{ pointer: "/code", code: "wrong_code", message }]);
  }
  const recoveryCodes = makeRecoveryCodes();
  const hashes = recoveryCodes.map((each) => hashRecoveryCode(userId, each));
  if (!(await system.secondFactors.confirm(changeOf(session), factor.version, hashes))) throw conflict();
  return { recoveryCodes };
}

/** @throws {AppError} "proof_needed", "second_factor_missing", "version_conflict" */
export async function disableSecondFactor(
  { system }: Pick<CodeDeps, "system">,
  session: SessionCredential,
): Promise<void> {
  demandProof(session);
  await demandEnabled(system, session);
  if (!(await system.secondFactors.remove(changeOf(session)))) throw conflict();
}

/** Ten new recovery codes; those from before work no more. @throws {AppError} "proof_needed", "second_factor_missing" */
export async function renewRecoveryCodes(
  { system }: Pick<CodeDeps, "system">,
  session: SessionCredential,
): Promise<RecoveryCodesView> {
  demandProof(session);
  await demandEnabled(system, session);
  const recoveryCodes = makeRecoveryCodes();
  const hashes = recoveryCodes.map((each) => hashRecoveryCode(session.userId, each));
  await system.secondFactors.replaceCodes(session.userId, hashes);
  return { recoveryCodes };
}

export interface SecondFactorView {
  readonly enabled: boolean;
  readonly recoveryCodesLeft: number;
}

export async function getSecondFactor(
  { system }: Pick<CodeDeps, "system">,
  { userId }: SessionCredential,
): Promise<SecondFactorView> {
  const factor = await system.secondFactors.find(userId);
  const enabled = factor?.isConfirmed ?? false;
  return { enabled, recoveryCodesLeft: enabled ? await system.secondFactors.countCodes(userId) : 0 };
}

async function demandEnabled(system: CodeDeps["system"], { userId }: SessionCredential): Promise<void> {
  const factor = await system.secondFactors.find(userId);
  if (factor?.isConfirmed) return;
  throw new AppError("second_factor_missing", "You have no second factor.");
}

function changeOf({ userId, credentialsVersion, sessionHash }: SessionCredential) {
  return { userId, seenVersion: credentialsVersion, keptSession: sessionHash };
}

function enabled(): AppError {
  return new AppError("second_factor_enabled", "You have a second factor already; disable it first.");
}

function conflict(): AppError {
  return new AppError("version_conflict", "What you sign in by was changed meanwhile; look again.");
}
