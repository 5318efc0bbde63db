import type { SystemDatabase, UserId } from "@burgee/db";
import { hashPassword } from "./passwords.ts";

/** Gives a person a new password, and ends every session that the old one began. */
export async function resetPassword(
  { system }: { readonly system: SystemDatabase },
  { userId, password }: { readonly userId: UserId; readonly password: string },
): Promise<void> {
  await system.credentials.setPassword({ userId }, await hashPassword(password));
}
