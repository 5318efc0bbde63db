import type { SessionCredential, SystemDatabase } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { demandOwnWords } from "./demand-own-words.ts";
import { countProof, judge } from "./guesses.ts";
import { existingPassword, hashPassword, isPassword, newPassword } from "./passwords.ts";
import { demandProof } from "./prove-person.ts";

export const changePasswordInput = z.strictObject({ currentPassword: existingPassword, newPassword });

/**
 * Gives a person another password. Every other session of theirs ends with it, and every sign-in that is half done.
 * @throws {AppError} "forbidden" for a wrong current password, "invalid_input" for a new one made of what others know,
 *   "proof_needed" for who has a second factor and did not show it of late, "version_conflict" where it was changed meanwhile, "too_many_guesses"
 */
export async function changePassword(
  { system }: { readonly system: SystemDatabase },
  input: z.infer<typeof changePasswordInput>,
  session: SessionCredential,
): Promise<void> {
  const { userId } = session;
  demandOwnWords(input.newPassword, session, "/newPassword");
  // Who holds a session and the password, but not the second factor, must not take the account over.
  const factor = await system.secondFactors.find(userId);
  if (factor?.isConfirmed) demandProof(session);
  const counted = await countProof(system, userId);
  const user = await system.credentials.findUserById(userId);
  const isRight = await judge(system, counted, () => isPassword(input.currentPassword, user?.passwordHash));
  if (!user || !isRight) {
    throw new AppError("forbidden", "The current password is not right.");
  }

  const change = {
    userId,
    seenVersion: user.credentialsVersion,
    keptSession: session.sessionHash,
  };
  const isChanged = await system.credentials.setPassword(change, await hashPassword(input.newPassword));
  if (!isChanged)
    throw new AppError("version_conflict", "What you sign in by was changed meanwhile; look again.");
}
