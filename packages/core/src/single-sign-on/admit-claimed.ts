import { randomBytes } from "node:crypto";
import type { Connection, TenantId, UserId, Writers } from "@burgee/db";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { hashPassword } from "../people/passwords.ts";
import type { SignedIn } from "../people/sign-in.ts";
import type { FinishingPorts } from "./begin-single-sign-on.ts";
import type { ClaimedPerson } from "./claimed-person.ts";
import { changed } from "./openid-provider.ts";

/**
 * Lets in whom a provider speaks for, with the role that it gives them now. Who comes for the first time gets an account of
 * this tenant's own: an address leads to no account that is there already, whoever says that it is theirs.
 */
export async function admitClaimed(
  ports: FinishingPorts,
  tenantId: TenantId,
  connection: Connection,
  claimed: ClaimedPerson,
): Promise<SignedIn> {
  const known = await ports.db.transact(tenantId, ({ singleSignOn }) =>
    singleSignOn.findUser(connection.issuer, claimed.subject),
  );
  const spare = known ?? (await makeAccount(ports, tenantId, claimed));
  const userId = await ports.db.transact(tenantId, async (writers) => {
    const { singleSignOn } = writers;
    if (!(await singleSignOn.lockConnection(connection.connectionId, connection.version))) throw changed();
    // Somebody may have been first with the same person's first sign-in; theirs is the account, then.
    const found = await singleSignOn.findUser(connection.issuer, claimed.subject);
    const admitted = found ?? spare;
    if (found) await keepRole(ports, writers, tenantId, found, claimed);
    else await join(ports, writers, tenantId, { ...claimed, issuer: connection.issuer, userId: spare });
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

/** By a password that nobody knows: the only way in is the provider. */
async function makeAccount(
  { system }: FinishingPorts,
  managedBy: TenantId,
  { email, name }: ClaimedPerson,
): Promise<UserId> {
  const passwordHash = await hashPassword(randomBytes(32).toString("base64url"));
  const userId = await system.credentials.createUser({ email, name, passwordHash, managedBy });
  if (!userId) throw new AppError("unavailable", "The account could not be made; try again.");
  return userId;
}

async function join(
  { requestId }: FinishingPorts,
  writers: Writers,
  tenantId: TenantId,
  { userId, role, issuer, subject }: ClaimedPerson & { readonly issuer: string; readonly userId: UserId },
): Promise<void> {
  await writers.tenants.addMember(userId, role);
  await writers.singleSignOn.addIdentity(issuer, subject, userId);
  await appendEntry(writers, tenantId, {
    actor: "system",
    action: "member.joined",
    object: `user/${userId}`,
    requestId,
    after: { role },
  });
}

async function keepRole(
  { requestId }: FinishingPorts,
  writers: Writers,
  tenantId: TenantId,
  userId: UserId,
  { role }: ClaimedPerson,
): Promise<void> {
  await writers.members.lockAccess();
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
