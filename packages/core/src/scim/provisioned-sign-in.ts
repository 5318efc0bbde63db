/** Who comes in by a provider where a directory manages the tenant's people. */
import type { Connection, Identity, ScimUser, SystemDatabase, TenantId, UserId, Writers } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { hashOfNothing } from "../people/passwords.ts";
import { ProviderRefusal } from "../single-sign-on/openid-provider.ts";
import { endMembership, giveBack } from "./activity.ts";

interface Coming {
  readonly system: SystemDatabase;
  readonly tenantId: TenantId;
  readonly requestId: string;
  readonly connection: Connection;
  readonly identity: Identity;
  /** As the provider verified it, in lower case. */
  readonly email: string;
}

/**
 * The account of somebody whom a provider speaks for, for the first time, and whom a directory provisioned under the same
 * address; undefined where no directory manages people here, so that whoever comes may join. The address counts because its
 * domain is proved to be the tenant's, and leads to this very connection.
 * @throws {ProviderRefusal} for who is deactivated, not provisioned, or can't be told for sure
 */
export async function enterAsProvisioned(coming: Coming, writers: Writers): Promise<UserId | undefined> {
  const { scimUsers, scimTokens, connections, singleSignOn } = writers;
  const { connection, email, identity } = coming;
  await writers.members.lockAccess();
  const user = (await scimUsers.findSuspended(identity)) ?? (await scimUsers.findByEmail(email));
  if (!user) {
    if (!(await scimTokens.isProvisioned())) return undefined;
    throw new ProviderRefusal("This person is not provisioned by the tenant's directory.");
  }
  if (!user.isActive) throw new ProviderRefusal("This person is not active in the tenant's directory.");
  const domain = await connections.findDomain(email.slice(email.lastIndexOf("@") + 1));
  if (!domain?.provedAt || domain.connectionId !== connection.connectionId) {
    throw new ProviderRefusal("The domain of this person's address is not proved for this connection.");
  }
  const known = await singleSignOn.listIdentities(user.userId);
  if (known.some(({ issuer }) => issuer === identity.issuer)) {
    throw new ProviderRefusal("The provider means somebody else by this address than before.");
  }
  const userId = await accountOf(coming, writers, user);
  await singleSignOn.addIdentity(identity.issuer, identity.subject, userId);
  await appendEntry(writers, coming.tenantId, {
    actor: "system",
    action: "member.linked",
    object: `member/${userId}`,
    requestId: coming.requestId,
    after: { connection: connection.connectionId },
  });
  return userId;
}

/**
 * One that is the tenant's own. Who had a password in the tenant before has an account that may be in other tenants too, and
 * which no provider opens: their membership moves to a new one, and what was theirs by the old one ends.
 */
async function accountOf(coming: Coming, writers: Writers, user: ScimUser): Promise<UserId> {
  const { email, displayName: name } = user;
  if (await writers.scimUsers.changePerson(user.userId, { email, name })) return user.userId;
  const member = await writers.members.find(user.userId);
  if (member?.role === "owner") {
    throw new ProviderRefusal("This person is an owner, who signs in by a password and a second factor.");
  }
  const ended = await endMembership(coming, writers, user);
  if (!ended) throw new ProviderRefusal("This person left at this moment.");
  const { role } = ended.suspended;
  const userId = await writers.scimUsers.addPerson({ email, name, passwordHash: hashOfNothing() });
  await writers.scimUsers.setPerson(user.scimUserId, userId);
  await writers.tenants.addMember(userId, role);
  await giveBack(writers, userId, ended.suspended);
  await appendEntry(writers, coming.tenantId, {
    actor: "system",
    action: "member.moved",
    object: `member/${user.userId}`,
    requestId: coming.requestId,
    before: { role },
    after: { to: userId, endedKeys: ended.keyIds.length },
  });
  return userId;
}
