/** Whom a directory may take in, and under which names. */
import type { ScimProfile, ScimUserId, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { scimRefusal } from "./directory.ts";

/** @throws {AppError} "scim_name_taken" */
export async function demandFree(
  { scimUsers }: Writers,
  { userName, email }: ScimProfile,
  own?: ScimUserId,
): Promise<void> {
  const holders = [
    ["userName", await scimUsers.findByUserName(userName)],
    ["e-mail address", await scimUsers.findByEmail(email)],
  ] as const;
  for (const [what, user] of holders) {
    if (user && user.scimUserId !== own) throw taken(what);
  }
}

export function taken(what: string): AppError {
  return new AppError("scim_name_taken", `Another User of this tenant has this ${what}.`);
}

/** Who provisions an address could say whose it is: so it has to be at a domain that is proved to be the tenant's. */
export async function demandProvedDomain({ connections }: Writers, email: string): Promise<void> {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const proved = await connections.findDomain(domain);
  if (proved?.provedAt) return;
  throw scimRefusal(
    "invalidValue",
    `The domain ${domain} is not proved to be this tenant's: an owner adds it with singleSignOn.addDomain and proves it.`,
  );
}

export async function demandRoom({ scimUsers }: Writers): Promise<void> {
  if ((await scimUsers.count()) < LIMITS.scimUsersPerTenant) return;
  throw scimRefusal("tooMany", `A tenant has at most ${LIMITS.scimUsersPerTenant} provisioned people.`);
}
