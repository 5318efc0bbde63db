import type { SystemDatabase } from "@burgee/db";
import { z } from "zod";
import { countLookUp } from "../people/guesses.ts";
import { emailAddress } from "../people/register-user.ts";

export const findConnectionInput = z.strictObject({ email: emailAddress });

export interface FoundConnection {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly name: string;
}

/**
 * Where people of an address's domain sign in; null for nowhere but here. Asks for the domain alone, so that every address of it
 * is answered alike, whether somebody has an account or not. @throws {AppError} "too_many_guesses"
 */
export async function findConnection(
  { system }: { readonly system: SystemDatabase },
  { email, address }: z.output<typeof findConnectionInput> & { readonly address: string | undefined },
): Promise<FoundConnection | null> {
  await countLookUp(system, address);
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return (await system.singleSignOn.findByDomain(domain)) ?? null;
}
