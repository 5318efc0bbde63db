import type { Connection, MappedRole } from "@burgee/db";
import { displayName } from "../names.ts";
import { emailAddress } from "../people/register-user.ts";
import { mappedRole } from "./mapped-role.ts";
import { type ProvedClaims, ProviderRefusal } from "./openid-provider.ts";

/** Somebody as their provider describes them. */
export interface ClaimedPerson {
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  /** Null where the claims give none: they don't come in, unless a directory provisioned them. */
  readonly role: MappedRole | null;
}

const LONGEST_SUBJECT = 255;

/** @throws {ProviderRefusal} for an address that the provider did not verify */
export function claimedPerson(connection: Connection, { subject, claims }: ProvedClaims): ClaimedPerson {
  if (subject.length === 0 || subject.length > LONGEST_SUBJECT || /[^\x20-\x7e]/.test(subject)) {
    throw new ProviderRefusal("The subject is none: 1 to 255 printable characters.");
  }
  const email = emailAddress.safeParse(claims.email);
  if (!email.success)
    throw new ProviderRefusal("The provider names no e-mail address; ask for the scope email.");
  if (claims.email_verified !== true) {
    throw new ProviderRefusal("The provider did not verify this person's e-mail address.");
  }
  const name = displayName.safeParse(claims.name);
  const [local = ""] = email.data.split("@");
  const role = mappedRole(connection, claims);
  return { subject, email: email.data, name: name.success ? name.data : local.slice(0, 100), role };
}

export function noRole(): ProviderRefusal {
  return new ProviderRefusal("Nothing that the provider says gives this person a role here.");
}
