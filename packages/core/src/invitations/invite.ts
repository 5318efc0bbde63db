import type { Invitation } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { bindableRole, demandHeld, lockAccess } from "../access/change-access.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { invitationId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { entityKey } from "../names.ts";
import { countInvitation } from "../people/guesses.ts";
import { emailAddress } from "../people/register-user.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { demandNotDeactivated } from "../scim/demand-not-deactivated.ts";
import { hashInvitationToken, newInvitationToken } from "./invitation-token.ts";

export const inviteInput = z.strictObject({ email: emailAddress, role: entityKey });
export const revokeInvitationInput = z.strictObject({ id: invitationId });

export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface InvitedView extends InvitationView {
  /** To be handed on; null where it went by mail, which alone shows that the address is the person's. */
  readonly link: string | null;
  /** `off` where no mail server is set up. */
  readonly mail: "sent" | "failed" | "off";
}

/** How a link reaches the person who is invited. */
export interface InvitationDelivery {
  readonly linkOf: (token: string) => string;
  /** Undefined where no mail server is set up. */
  readonly send: ((mail: InvitationMail) => Promise<void>) | undefined;
  /** Told why a mail did not go out. */
  readonly onUnsent: (error: unknown) => void;
}

export interface InvitationMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const LIFE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Invites an address to the tenant. Whether it has an account makes no difference to what happens and what is told.
 * @throws {AppError} "forbidden", also for a role with more than the inviter's; "already_member", "member_deactivated", "limit_reached",
 *   "quota_exceeded", "too_many_guesses", "invalid_input" for a role that is not there
 */
export async function invite(
  caller: Caller,
  delivery: InvitationDelivery,
  { email, role }: z.output<typeof inviteInput>,
): Promise<InvitedView> {
  const { db, system, person } = caller;
  demand(person, "member.write", TENANT);
  await countInvitation(system, person.tenantId);
  if (await system.credentials.isMember(person.tenantId, email)) {
    throw new AppError("already_member", "This address is a member's already.");
  }

  const token = newInvitationToken();
  const { invitation, tenant } = await db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    demand(changer[0], "member.write", TENANT);
    demandHeld(changer, [await bindableRole(writers, role)], TENANT);
    await demandNotDeactivated(writers, email);
    await demandQuota(writers, "members");
    if ((await writers.invitations.list(LIMITS.openInvitations)).length >= LIMITS.openInvitations) {
      throw new AppError(
        "limit_reached",
        `A tenant has at most ${LIMITS.openInvitations} open invitations; revoke some.`,
      );
    }
    const invitation = await writers.invitations.create({
      tokenHash: hashInvitationToken(token),
      email,
      role,
      invitedBy: person.userId,
      lifeMs: LIFE_MS,
    });
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "invitation.created",
      object: `invitation/${invitation.invitationId}`,
      requestId: caller.requestId,
      after: { role },
    });
    return { invitation, tenant: await writers.tenants.find() };
  });

  const link = delivery.linkOf(token);
  const mail = await deliver(delivery, { to: email, tenant: tenant?.name ?? "", link });
  return { ...invitationView(invitation), link: mail === "sent" ? null : link, mail };
}

/** Every invitation that is still open. */
export async function listInvitations({ db, person }: Caller): Promise<readonly InvitationView[]> {
  demand(person, "member.write", TENANT);
  const open = await db.read(person.tenantId, ({ invitations }) => invitations.list(LIMITS.openInvitations));
  return open.map(invitationView);
}

/** Its link opens nothing more. @throws {AppError} "invitation_not_found" */
export async function revokeInvitation(
  { db, person, requestId }: Caller,
  { id }: z.output<typeof revokeInvitationInput>,
): Promise<void> {
  demand(person, "member.write", TENANT);
  await db.transact(person.tenantId, async (writers) => {
    const revoked = await writers.invitations.revoke(id);
    if (!revoked) throw new AppError("invitation_not_found", "There is no such invitation.");
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "invitation.revoked",
      object: `invitation/${id}`,
      requestId,
      before: { role: revoked.role },
    });
  });
}

async function deliver(
  { send, onUnsent }: InvitationDelivery,
  { to, tenant, link }: { readonly to: string; readonly tenant: string; readonly link: string },
): Promise<InvitedView["mail"]> {
  if (!send) return "off";
  try {
    await send({
      to,
      subject: `You are invited to ${tenant}`,
      text: `Somebody invites you to ${tenant}. This link works once, for seven days:\n\n${link}\n\nWho did not expect it need do nothing.\n`,
    });
    return "sent";
  } catch (error) {
    onUnsent(error);
    return "failed";
  }
}

function invitationView({ invitationId, createdAt, expiresAt, ...invitation }: Invitation): InvitationView {
  return {
    id: invitationId,
    ...invitation,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
