import type { Connection, Identity, TenantId, UserId, Writers } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { hashOfNothing } from "../people/passwords.ts";
import type { SignedIn } from "../people/sign-in.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { enterAsProvisioned } from "../scim/provisioned-sign-in.ts";
import type { FinishingPorts } from "./begin-single-sign-on.ts";
import { type ClaimedPerson, noRole } from "./claimed-person.ts";
import { changed } from "./openid-provider.ts";

/**
 * Lets in whom a provider speaks for, with the role that it gives them now. Who comes for the first time gets an account of
 * this tenant's own: an address leads to no account that is there already, whoever says that it is theirs. Where a directory
 * manages the tenant's people, it decides who comes in, and what their roles are.
 * @throws {AppError} "quota_exceeded" for one member too many
 */
export async function admitClaimed(
  ports: FinishingPorts,
  tenantId: TenantId,
  connection: Connection,
  claimed: ClaimedPerson,
): Promise<SignedIn> {
  const identity = { issuer: connection.issuer, subject: claimed.subject };
  const known = await ports.db.transact(tenantId, ({ singleSignOn }) =>
    singleSignOn.findUser(identity.issuer, identity.subject),
  );
  const userId = await ports.db.transact(tenantId, async (writers) => {
    const { singleSignOn } = writers;
    if (!(await singleSignOn.lockConnection(connection.connectionId, connection.version))) throw changed();
    // Somebody may have been first with the same person's first sign-in; theirs is the account, then.
    const found = await singleSignOn.findUser(identity.issuer, identity.subject);
    if (known && !found) throw changed();
    const { system, requestId } = ports;
    const coming = { system, requestId, tenantId, connection, identity, email: claimed.email };
    const admitted =
      found ??
      (await enterAsProvisioned(coming, writers)) ??
      (await join(ports, writers, { tenantId, claimed, identity }));
    if (found) await keepRole(ports, writers, tenantId, found, claimed);
    await appendEntry(writers, tenantId, {
      actor: `user:${admitted}`,
      action: "sign_in.succeeded",
      object: `user/${admitted}`,
      requestId: ports.requestId,
      after: { connection: connection.connectionId },
    });
    return admitted;
  });
  const account = await ports.system.credentials.findUserById(userId);
  if (!account) throw new AppError("sign_in_refused", "This account is gone; begin again.");
  return { userId, tenantId, credentialsVersion: account.credentialsVersion };
}

/** @throws {ProviderRefusal} for who has no role @throws {AppError} "quota_exceeded" */
async function join(
  { requestId }: FinishingPorts,
  writers: Writers,
  {
    tenantId,
    claimed: { email, name, role },
    identity,
  }: {
    readonly tenantId: TenantId;
    readonly claimed: ClaimedPerson;
    readonly identity: Identity;
  },
): Promise<UserId> {
  if (role === null) throw noRole();
  await demandQuota(writers, "members");
  const userId = await writers.scimUsers.addPerson({ email, name, passwordHash: hashOfNothing() });
  await writers.tenants.addMember(userId, role);
  await writers.singleSignOn.addIdentity(identity.issuer, identity.subject, userId);
  await appendEntry(writers, tenantId, {
    actor: "system",
    action: "member.joined",
    object: `user/${userId}`,
    requestId,
    after: { role },
  });
  return userId;
}

async function keepRole(
  { requestId }: FinishingPorts,
  writers: Writers,
  tenantId: TenantId,
  userId: UserId,
  { role }: ClaimedPerson,
): Promise<void> {
  await writers.members.lockAccess();
  // Whom a directory manages has what its groups give.
  if (await writers.scimUsers.findByPerson(userId)) return;
  if (role === null) throw noRole();
  const member = await writers.members.find(userId);
  // Whom an owner made an owner here stays one: a provider neither makes nor unmakes them.
  if (!member || member.role === role || member.role === "owner") return;
  await writers.members.setRole(userId, role);
  const object = `user/${userId}`;
  await appendEntry(writers, tenantId, {
    actor: "system",
    action: "member.role_changed",
    object,
    requestId,
    after: { role },
  });
}
