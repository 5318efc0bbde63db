import type { SessionCredential } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { type CodeDeps, isCodeOf, secondFactorCode } from "../second-factors/check-code.ts";
import { countProof, judge } from "./guesses.ts";
import { existingPassword, isPassword } from "./passwords.ts";

export const provePersonInput = z.strictObject({
  password: existingPassword.optional(),
  /** Needed instead of the password by who has a second factor. */
  code: secondFactorCode.optional(),
});

/** How long a proof counts for what asks for one. */
const PROOF_MS = 10 * 60 * 1000;

/**
 * Shows that it is still the person who sits there: by the code of their second factor, or by their password where they have none.
 * @throws {AppError} "forbidden" for a wrong one, "invalid_input" where the one is missing that is asked for, "too_many_guesses"
 */
export async function provePerson(
  deps: CodeDeps,
  { password, code }: z.infer<typeof provePersonInput>,
  { userId }: SessionCredential,
): Promise<void> {
  const { system } = deps;
  const [user, factor] = await Promise.all([
    system.credentials.findUserById(userId),
    system.secondFactors.find(userId),
  ]);
  const given = factor?.isConfirmed ? code : password;
  if (given === undefined) throw missing(factor?.isConfirmed ? "code" : "password");

  const counted = await countProof(system, userId);
  const isRight = await judge(system, counted, () =>
    factor?.isConfirmed ? isCodeOf(deps, userId, given) : isPassword(given, user?.passwordHash),
  );
  if (!isRight) throw new AppError("forbidden", "This is not right, or was used before.");
}

/** @throws {AppError} "proof_needed" where the person did not show for ten minutes who they are */
export function demandProof({ provedMsAgo }: SessionCredential): void {
  if (provedMsAgo <= PROOF_MS) return;
  throw new AppError("proof_needed", "Show once more that it is you: auth.prove with your password or code.");
}

function missing(field: "code" | "password"): AppError {
  const message = field === "code" ? "Give a code of your second factor." : "Give your password.";
  return refuse([{ pointer: `/${field}`, code: "required", message }]);
}
