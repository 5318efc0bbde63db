import type { SystemDatabase, TenantId, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { emailAddress } from "./register-user.ts";

export const signInInput = z.strictObject({
  email: emailAddress,
  /** Not held to today's rules for new passwords, which may be stricter than when it was made. */
  password: z.string().min(1).max(256),
});

/** Who signed in, and to the first of their tenants. */
export interface SignedIn {
  readonly userId: UserId;
  readonly tenantId: TenantId;
}

/** A hash of nothing that anybody knows, so that an unknown address costs as much as a wrong password. */
let nobodysHash: Promise<string> | undefined;

/** @throws {AppError} "unauthenticated", in the same words and after the same work whatever was wrong */
export async function signIn(
  { system }: { readonly system: SystemDatabase },
  { email, password }: z.infer<typeof signInInput>,
): Promise<SignedIn> {
  nobodysHash ??= hashPassword(crypto.randomUUID());
  const user = await system.credentials.findUser(email);
  const isRight = await isPassword(password, user?.passwordHash ?? (await nobodysHash));
  if (!user || !isRight)
    throw new AppError("unauthenticated", "This address and password don't go together.");

  const [membership] = await system.credentials.listMemberships(user.userId);
  if (!membership)
    throw new AppError("forbidden", "This account belongs to no tenant; ask for an invitation.");
  return { userId: user.userId, tenantId: membership.tenantId };
}
