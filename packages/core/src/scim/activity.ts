/** How somebody's membership is ended by their directory, and given back. What ends with it stays ended. */
import type { Role, ScimUser, SdkKeyId, SuspendedMembership, UserId, Writers } from "@burgee/db";
import { isBuiltIn } from "../access/permissions.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { demandOwnersLeft } from "./demand-owners-left.ts";
import { type Giving, rolesOfGroups } from "./given-roles.ts";

/** What was ended with a membership. */
export interface Ended {
  readonly suspended: SuspendedMembership;
  /** The person's keys, to be announced once the transaction is committed. */
  readonly keyIds: readonly SdkKeyId[];
}

/**
 * Ends a membership: sessions, personal keys, grants and what a provider says of the person go with its row, and invitations
 * that they sent or that were sent to them are revoked. Undefined for who is no member.
 * @throws {AppError} "last_owner", "break_glass_owner"
 */
export async function endMembership(
  giving: Pick<Giving, "system">,
  writers: Writers,
  { userId, email }: Pick<ScimUser, "userId" | "email">,
): Promise<Ended | undefined> {
  const member = await writers.members.find(userId);
  if (!member) return undefined;
  const grants = await writers.grants.listOfPeople([userId]);
  const suspended = {
    role: member.role,
    grants: grants.map(({ userId: _, ...grant }) => grant),
    identities: await writers.singleSignOn.listIdentities(userId),
  };
  const keys = await writers.sdkKeys.listOf(userId);
  await writers.invitations.revokeBy(userId);
  await writers.invitations.revokeOf(email);
  await writers.members.remove(userId);
  if (member.role === "owner") await demandOwnersLeft(giving, writers, [userId]);
  return { suspended, keyIds: keys.filter(({ revokedAt }) => !revokedAt).map(({ sdkKeyId }) => sdkKeyId) };
}

/** @throws {AppError} "last_owner", "break_glass_owner" */
export async function deactivate(
  giving: Giving,
  writers: Writers,
  user: ScimUser,
): Promise<readonly SdkKeyId[]> {
  const ended = await endMembership(giving, writers, user);
  if (!ended) return [];
  await writers.scimUsers.setSuspended(user.scimUserId, ended.suspended);
  await appendEntry(writers, giving.tenantId, {
    actor: giving.actor,
    action: "member.deactivated",
    object: `member/${user.userId}`,
    requestId: giving.requestId,
    before: { role: ended.suspended.role, grants: ended.suspended.grants.length },
    after: { endedKeys: ended.keyIds.length },
  });
  return ended.keyIds;
}

/**
 * Gives the membership back with what of its roles is still there. Who was an owner comes back as what the groups give, as if they were
 * new: owners are made by people, or by a rule that says so.
 * @throws {AppError} "quota_exceeded", "member_removed" for whom people removed here: no directory undoes that
 */
export async function reactivate(giving: Giving, writers: Writers, user: ScimUser): Promise<void> {
  const { suspended: had } = user;
  if (!had) {
    const message =
      "This person was removed here or left, and `active` does not undo that: invite them, or delete this User and create it anew.";
    throw new AppError("member_removed", message);
  }
  await demandQuota(writers, "members");
  const settings = await writers.scimSettings.find();
  const groups = (await writers.scimUsers.listGroupsOf([user.scimUserId])).get(user.scimUserId) ?? [];
  const given = rolesOfGroups(
    settings,
    groups.map(({ name }) => name),
  );
  const wanted = had.role === "owner" ? given.role : had.role;
  const role = (await isRole(writers, wanted)) ? wanted : settings.defaultRole;
  await writers.tenants.addMember(user.userId, role);
  await giveBack(writers, user.userId, had);
  await writers.scimUsers.setSuspended(user.scimUserId, null);
  await appendEntry(writers, giving.tenantId, {
    actor: giving.actor,
    action: "member.reactivated",
    object: `member/${user.userId}`,
    requestId: giving.requestId,
    after: { role, grants: had.grants.length },
  });
}

/** Grants of roles and in places that are still there, and who the person's provider means. */
export async function giveBack(
  writers: Writers,
  userId: UserId,
  { grants, identities }: Pick<SuspendedMembership, "grants" | "identities">,
): Promise<void> {
  for (const { createdBy, ...grant } of grants) {
    const isPlace =
      (await writers.projects.find(grant.projectId)) &&
      (grant.environmentId === null || (await writers.environments.find(grant.environmentId)));
    if (!isPlace || !(await isRole(writers, grant.role))) continue;
    await writers.grants.set({ ...grant, userId }, createdBy);
  }
  for (const { issuer, subject } of identities) {
    await writers.singleSignOn.addIdentity(issuer, subject, userId);
  }
}

async function isRole({ roles }: Writers, role: Role): Promise<boolean> {
  return isBuiltIn(role) || (await roles.find(role)) !== undefined;
}
