import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { type CodeDeps, isCodeOf, secondFactorCode } from "../second-factors/check-code.ts";
import { countProof, judge, knowAddress } from "./guesses.ts";
import { recordFailedSignIn, type SignInPorts } from "./record-failed-sign-in.ts";
import { hashPendingId, type SignedIn, toFirstTenant } from "./sign-in.ts";

export const answerSecondFactorInput = z.strictObject({ code: secondFactorCode });

/**
 * The second step of a sign-in. Each pending sign-in has five tries and five minutes, and each account its own bound.
 * @throws {AppError} "unauthenticated" for a wrong code, and for a sign-in that is over; "too_many_guesses"
 */
export async function answerSecondFactor(
  deps: CodeDeps & SignInPorts,
  {
    code,
    pendingId,
    address,
  }: z.infer<typeof answerSecondFactorInput> & {
    readonly pendingId: string | undefined;
    readonly address: string | undefined;
  },
): Promise<SignedIn> {
  const { system } = deps;
  const pending =
    pendingId === undefined ? undefined : await system.pendingSignIns.takeGuess(hashPendingId(pendingId));
  if (!pending) {
    throw new AppError("unauthenticated", "This sign-in is over: begin again with address and password.");
  }

  const counted = await countProof(system, pending.userId);
  if (!(await judge(system, counted, () => isCodeOf(deps, pending.userId, code)))) {
    recordFailedSignIn(deps, pending.userId);
    throw new AppError("unauthenticated", "This code is not right, or was used before.");
  }
  // Of two right answers at once one begins a session.
  if (!(await system.pendingSignIns.end(pending.pendingHash))) {
    throw new AppError("unauthenticated", "This sign-in is over: begin again with address and password.");
  }
  const signedIn = await toFirstTenant(deps, pending, { secondFactor: true });
  await knowAddress(system, pending.userId, address);
  return signedIn;
}
