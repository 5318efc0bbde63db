/** What an invitation's link leads to: a membership, for a new person or for one who has an account. */
import type {
  FoundInvitation,
  SessionCredential,
  SystemDatabase,
  TenantId,
  UserId,
  Writers,
} from "@burgee/db";
import { z } from "zod";
import { accessOf, demand, TENANT } from "../access/access.ts";
import type { Person } from "../access/caller.ts";
import { demandHeld, type RoleContent } from "../access/change-access.ts";
import { isBuiltIn, permissionsOfRole } from "../access/permissions.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { displayName } from "../names.ts";
import { demandOwnWords } from "../people/demand-own-words.ts";
import { countPasswordGuess, judge } from "../people/guesses.ts";
import { hashPassword, isPassword, newPassword } from "../people/passwords.ts";
import { recordFailedSignIn, type SignInPorts } from "../people/record-failed-sign-in.ts";
import { afterPassword, FIRST_CREDENTIALS, type PasswordOutcome, wrongPassword } from "../people/sign-in.ts";
import { switchTenant } from "../people/switch-tenant.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { demandNotDeactivated } from "../scim/demand-not-deactivated.ts";
import { hashInvitationToken, invitationToken } from "./invitation-token.ts";

export const openInvitationInput = z.strictObject({ token: invitationToken });
export const joinInput = z.strictObject({ token: invitationToken, name: displayName, password: newPassword });

export interface OpenInvitationView {
  readonly tenant: string;
  readonly email: string;
  readonly role: string;
  readonly expiresAt: string;
}

/** What somebody who has the link is invited to. @throws {AppError} "invitation_not_found" */
export async function openInvitation(
  { system }: { readonly system: SystemDatabase },
  { token }: z.output<typeof openInvitationInput>,
): Promise<OpenInvitationView> {
  const { tenantName, email, role, expiresAt } = await findInvitation(system, token);
  return { tenant: tenantName, email, role, expiresAt: expiresAt.toISOString() };
}

/**
 * Takes in whoever has the link and a password: where the address has an account it must be that account's, else it
 * becomes the new one's. Which of the two it is, nobody learns without using up the invitation or guessing in vain.
 * @throws {AppError} "invitation_not_found", "unauthenticated" for a password that is not the account's, "already_member",
 *   "invalid_input", "too_many_guesses", "quota_exceeded"; "single_sign_on_required" as for {@link joinAsSelf}
 */
export async function joinByPassword(
  ports: SignInPorts,
  { token, name, password }: z.output<typeof joinInput>,
  address: string | undefined,
): Promise<PasswordOutcome> {
  const { system } = ports;
  const found = await findInvitation(system, token);
  const { email } = found;
  demandOwnWords(password, { email, name });
  const counted = await countPasswordGuess(system, { email, address });
  const user = await system.credentials.findUser(email);
  let passwordHash = "";
  const isRight = await judge(system, counted, async () => {
    if (user) return isPassword(password, user.passwordHash);
    passwordHash = await hashPassword(password);
    return true;
  });
  if (user && !isRight) {
    recordFailedSignIn(ports, user.userId);
    throw wrongPassword();
  }

  const userId = await join(ports, found, async ({ tenants }) => {
    const userId = user?.userId ?? (await tenants.addPerson({ email, name, passwordHash }));
    if (userId) return userId;
    throw new AppError("email_taken", "This address got an account at this moment; open the link once more.");
  });
  const { credentialsVersion } = user ?? { credentialsVersion: FIRST_CREDENTIALS };
  return afterPassword(ports, { userId, credentialsVersion }, { address, tenantId: found.tenantId });
}

/**
 * Takes in who is signed in already. Returns the tenant that they are a member of now.
 * @throws {AppError} "invitation_not_found", "already_member", "quota_exceeded", "forbidden" for who is not the invited address's person;
 *   "single_sign_on_required" for a tenant that its members enter by its own provider: they are one of them by then
 */
export async function joinAsSelf(
  ports: SignInPorts,
  { token }: z.output<typeof openInvitationInput>,
  { userId }: Pick<SessionCredential, "userId">,
): Promise<TenantId> {
  const found = await findInvitation(ports.system, token);
  // An account that a tenant's provider made bears whatever address the provider says, and is found by none.
  const invited = await ports.system.credentials.findUser(found.email);
  if (invited?.userId !== userId) {
    throw new AppError(
      "forbidden",
      "This invitation is for another account: sign in by the invited address.",
    );
  }
  await join(ports, found, async () => userId);
  return switchTenant(ports, { userId, tenantId: found.tenantId });
}

async function findInvitation(
  system: SystemDatabase,
  token: string,
): Promise<FoundInvitation & { readonly tokenHash: Buffer }> {
  const tokenHash = hashInvitationToken(token);
  const found = await system.credentials.findInvitation(tokenHash);
  if (found) return { ...found, tokenHash };
  throw invitationGone();
}

function join(
  { db, requestId }: SignInPorts,
  { tenantId, invitationId, tokenHash }: FoundInvitation & { readonly tokenHash: Buffer },
  personOf: (writers: Writers) => Promise<UserId>,
): Promise<UserId> {
  return db.transact(tenantId, async (writers) => {
    await writers.members.lockAccess();
    const invitation = await writers.invitations.take(invitationId, tokenHash);
    if (!invitation) throw invitationGone();
    const { role, invitedBy } = invitation;
    await demandInviterMay(writers, { tenantId, userId: invitedBy }, role);
    await demandNotDeactivated(writers, invitation.email);

    const userId = await personOf(writers);
    if (await writers.members.find(userId)) {
      throw new AppError("already_member", "You are a member of this tenant already.");
    }
    await demandQuota(writers, "members");
    await writers.tenants.addMember(userId, role);
    await appendEntry(writers, tenantId, {
      actor: `user:${userId}`,
      action: "invitation.accepted",
      object: `invitation/${invitationId}`,
      requestId,
      after: { userId, role },
    });
    return userId;
  });
}

/** Who lost their rights since, or left, takes in nobody any more by what they sent before. */
async function demandInviterMay(
  { members, roles }: Writers,
  { tenantId, userId }: Pick<Person, "tenantId" | "userId">,
  role: string,
): Promise<void> {
  const inviter = await members.find(userId);
  const custom = isBuiltIn(role) ? undefined : await roles.find(role);
  if (!inviter || !(isBuiltIn(role) || custom)) throw invitationGone();
  const person = { tenantId, userId, access: accessOf(inviter.role, inviter.bindings), home: undefined };
  const content: RoleContent = { role, permissions: permissionsOfRole(role, custom?.permissions ?? null) };
  try {
    demand(person, "member.write", TENANT);
    demandHeld([person, person], [content], TENANT);
  } catch (cause) {
    throw invitationGone(cause);
  }
}

function invitationGone(cause?: unknown): AppError {
  return new AppError(
    "invitation_not_found",
    "This invitation was used, revoked, or has run out; ask for another.",
    {
      cause,
    },
  );
}
