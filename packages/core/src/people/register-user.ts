import type { SystemDatabase, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { displayName } from "../names.ts";
import { demandOwnWords } from "./demand-own-words.ts";
import { hashPassword, newPassword } from "./passwords.ts";

export const emailAddress = z.email("Give an e-mail address.").max(320).toLowerCase();
export const registerUserInput = z.strictObject({
  email: emailAddress,
  name: displayName,
  password: newPassword,
});

/** Gives a person an account; a tenant takes them in apart from that. @throws {AppError} "email_taken", "invalid_input" */
export async function registerUser(
  { system }: { readonly system: SystemDatabase },
  input: z.infer<typeof registerUserInput>,
): Promise<UserId> {
  demandOwnWords(input.password, input);
  const userId = await system.credentials.createUser({
    email: input.email,
    name: input.name,
    passwordHash: await hashPassword(input.password),
  });
  if (!userId) throw new AppError("email_taken", "This address has an account already.");
  return userId;
}
